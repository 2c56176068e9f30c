// Gives pages a microphone that hums window.cordboardHum hertz without end.
navigator.mediaDevices.getUserMedia = async () => {
  const context = new AudioContext();
  const tone = new OscillatorNode(context, { frequency: window.cordboardHum });
  const quiet = new GainNode(context, { gain: 0.14 });
  const microphone = new MediaStreamAudioDestinationNode(context);
  tone.connect(quiet).connect(microphone);
  tone.start();
  return microphone.stream;
};
