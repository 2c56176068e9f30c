//! One RTCPeerConnection with its microphone copy and its loudspeaker.

use cordboard_desk::{Direction, MediaSetup};
use futures_channel::mpsc::{self, UnboundedReceiver};
use futures_util::{StreamExt, future};
use js_sys::{Array, Promise};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    HtmlAudioElement, MediaStream, MediaStreamTrack, RtcConfiguration, RtcIceGatheringState, RtcIceServer,
    RtcPeerConnection, RtcPeerConnectionState, RtcRtpCodecCapability, RtcRtpSender, RtcRtpTransceiver,
    RtcRtpTransceiverDirection, RtcRtpTransceiverInit, RtcSdpType, RtcSessionDescriptionInit,
    RtcSignalingState, RtcTrackEvent,
};

use super::codecs;
use crate::io::ffi::DigitSender;
use crate::io::wait;

/// Longest wait for ICE candidates, milliseconds: a dead STUN server must not hold up a call. Candidates found
/// by then are enough, others are learnt from the checks (RFC 8445 section 7.3.1.3).
const GATHERING: i32 = 400;
/// How long a DTMF digit sounds, milliseconds.
const DIGIT: u32 = 100;
/// The least silence after a DTMF digit, milliseconds.
const DIGIT_GAP: u32 = 70;
/// Between two looks at whether a connection may be closed, milliseconds.
const SETTLING: i32 = 50;
/// How often to look: a connection that still connects after two seconds is closed as it is.
const LOOKS: usize = 40;

/// Sound of one leg. Dropping it stops the microphone copy and the loudspeaker, and closes the connection.
pub(crate) struct Peer {
    connection: RtcPeerConnection,
    transceiver: Option<RtcRtpTransceiver>,
    microphone: Option<MediaStreamTrack>,
    /// Sent in place of the microphone. Others mix it; it is not this connection's to stop.
    mix: Option<MediaStreamTrack>,
    microphone_open: bool,
    speaker: HtmlAudioElement,
    gathering: UnboundedReceiver<()>,
    // Kept alive for as long as the connection calls them.
    _on_gathering: Closure<dyn FnMut()>,
    _on_connection: Closure<dyn FnMut()>,
    _on_track: Closure<dyn FnMut(RtcTrackEvent)>,
}

impl Peer {
    /// A connection with the microphone and speaker closed, sending `mix` in place of the microphone if there is one;
    /// `connected` hears when media comes up or goes down, `voice` what the far end sounds like.
    pub(crate) fn new(
        setup: &MediaSetup,
        microphone: Option<&MediaStreamTrack>,
        mix: Option<&MediaStreamTrack>,
        connected: impl Fn(bool) + 'static,
        voice: impl Fn(MediaStream) + 'static,
    ) -> Result<Self, JsValue> {
        let connection = RtcPeerConnection::new_with_configuration(&configuration(setup))?;
        let speaker = HtmlAudioElement::new()?;
        speaker.set_autoplay(true);
        speaker.set_muted(true);

        let (tell, gathering) = mpsc::unbounded();
        let on_gathering = Closure::<dyn FnMut()>::new(move || {
            let _ = tell.unbounded_send(());
        });
        connection.set_onicegatheringstatechange(Some(on_gathering.as_ref().unchecked_ref()));

        let watched = connection.clone();
        let on_connection = Closure::<dyn FnMut()>::new(move || match watched.connection_state() {
            RtcPeerConnectionState::Connected => connected(true),
            RtcPeerConnectionState::Disconnected | RtcPeerConnectionState::Failed => connected(false),
            // Not decided yet, closed by us, or unknown to this browser's bindings.
            RtcPeerConnectionState::New
            | RtcPeerConnectionState::Connecting
            | RtcPeerConnectionState::Closed
            | _ => {}
        });
        connection.set_onconnectionstatechange(Some(on_connection.as_ref().unchecked_ref()));

        let player = speaker.clone();
        let on_track = Closure::<dyn FnMut(RtcTrackEvent)>::new(move |event: RtcTrackEvent| {
            // Gateways seldom name a stream, so one is made of the track.
            if let Ok(stream) = MediaStream::new_with_tracks(&Array::of1(&event.track())) {
                // Chromium lets a far end's sound be mixed only while an element plays it, muted or not.
                player.set_src_object(Some(&stream));
                voice(stream);
            }
        });
        connection.set_ontrack(Some(on_track.as_ref().unchecked_ref()));

        let mut peer = Self {
            connection,
            transceiver: None,
            microphone: None,
            mix: mix.cloned(),
            microphone_open: false,
            speaker,
            gathering,
            _on_gathering: on_gathering,
            _on_connection: on_connection,
            _on_track: on_track,
        };
        peer.take_copy(microphone);
        Ok(peer)
    }

    /// Makes an offer with `direction`, with the candidates found in time.
    pub(crate) async fn offer(
        &mut self,
        setup: &MediaSetup,
        direction: Direction,
    ) -> Result<String, JsValue> {
        match &self.transceiver {
            Some(transceiver) => transceiver.set_direction(browser_direction(direction)),
            None => self.add_transceiver(setup, direction),
        }
        let offer = JsFuture::from(self.connection.create_offer()).await?;
        self.set_local(offer).await
    }

    /// Applies an offer and makes the answer, with at most `direction`.
    pub(crate) async fn answer(
        &mut self,
        setup: &MediaSetup,
        offer: &str,
        direction: Direction,
    ) -> Result<String, JsValue> {
        self.take_back().await?;
        self.set_remote(RtcSdpType::Offer, offer).await?;
        self.adopt_transceiver(setup).await?;
        if let Some(transceiver) = &self.transceiver {
            transceiver.set_direction(browser_direction(direction));
        }
        let answer = JsFuture::from(self.connection.create_answer()).await?;
        self.set_local(answer).await
    }

    /// Takes an offer of ours back that is out; what was agreed on before is in force again.
    pub(crate) async fn take_back(&self) -> Result<(), JsValue> {
        if self.connection.signaling_state() != RtcSignalingState::HaveLocalOffer {
            return Ok(());
        }
        let back = RtcSessionDescriptionInit::new(RtcSdpType::Rollback);
        done(self.connection.set_local_description(&back)).await
    }

    /// Applies an answer. One that comes when none is awaited changes nothing: it repeats what early media brought.
    pub(crate) async fn apply(&mut self, answer: &str, early: bool) -> Result<(), JsValue> {
        if self.connection.signaling_state() == RtcSignalingState::Stable {
            return Ok(());
        }
        let kind = if early { RtcSdpType::Pranswer } else { RtcSdpType::Answer };
        self.set_remote(kind, answer).await
    }

    /// True if `offer` comes from another connection at the far end than the one in use: it must be answered on a
    /// fresh connection, since DTLS would take seconds to notice.
    pub(crate) fn is_other_far_end(&self, offer: &str) -> bool {
        let Some(known) = self.connection.remote_description() else { return false };
        let known = known.sdp();
        fingerprint(&known).is_some() && fingerprint(&known) != fingerprint(offer)
    }

    /// Lets the microphone in, or sends silence.
    pub(crate) fn set_microphone(&mut self, open: bool) {
        self.microphone_open = open;
        if let Some(track) = &self.microphone {
            track.set_enabled(open);
        }
    }

    /// Plays the far end, or not.
    pub(crate) fn set_speaker(&self, open: bool) {
        self.speaker.set_muted(!open);
    }

    /// Speaks through another microphone from now on.
    pub(crate) async fn change_microphone(
        &mut self,
        track: Option<&MediaStreamTrack>,
    ) -> Result<(), JsValue> {
        self.take_copy(track);
        self.send_anew().await
    }

    /// Sends this from now on in place of the microphone; `None` sends the microphone again.
    pub(crate) async fn send_mix(&mut self, mix: Option<&MediaStreamTrack>) -> Result<(), JsValue> {
        self.mix = mix.cloned();
        self.send_anew().await
    }

    /// What the far end is to hear.
    fn sent(&self) -> Option<&MediaStreamTrack> {
        self.mix.as_ref().or(self.microphone.as_ref())
    }

    async fn send_anew(&self) -> Result<(), JsValue> {
        match &self.transceiver {
            Some(transceiver) => done(transceiver.sender().replace_track(self.sent())).await,
            None => Ok(()),
        }
    }

    /// Sends a DTMF digit behind those that still sound (RFC 4733).
    pub(crate) fn send_digit(&self, digit: char) -> Result<(), JsValue> {
        let sender = self.transceiver.as_ref().and_then(|transceiver| transceiver.sender().dtmf());
        let sender = sender.ok_or_else(|| JsValue::from_str("This call cannot carry digits yet."))?;
        let digits = format!("{}{digit}", sender.tone_buffer());
        sender.unchecked_ref::<DigitSender>().insert(&digits, DIGIT, DIGIT_GAP)
    }

    /// The connection's statistics.
    pub(crate) async fn stats(&self) -> Option<js_sys::Map> {
        JsFuture::from(self.connection.get_stats()).await.ok().map(JsCast::unchecked_into)
    }

    fn take_copy(&mut self, track: Option<&MediaStreamTrack>) {
        if let Some(old) = self.microphone.take() {
            old.stop();
        }
        // A copy of its own (the browser's `clone`, not a second handle): muting one call must not mute another.
        self.microphone = track.map(MediaStreamTrack::clone);
        self.set_microphone(self.microphone_open);
    }

    fn add_transceiver(&mut self, setup: &MediaSetup, direction: Direction) {
        let init = RtcRtpTransceiverInit::new();
        init.set_direction(browser_direction(direction));
        let transceiver = match self.sent() {
            Some(track) => self.connection.add_transceiver_with_media_stream_track_and_init(track, &init),
            None => self.connection.add_transceiver_with_str_and_init("audio", &init),
        };
        prefer_codecs(&transceiver, setup);
        self.transceiver = Some(transceiver);
    }

    /// Takes over the transceiver that a first offer of the far end has made, and speaks through it.
    async fn adopt_transceiver(&mut self, setup: &MediaSetup) -> Result<(), JsValue> {
        if self.transceiver.is_some() {
            return Ok(());
        }
        let Ok(transceiver) = self.connection.get_transceivers().get(0).dyn_into::<RtcRtpTransceiver>()
        else {
            return Ok(());
        };
        prefer_codecs(&transceiver, setup);
        done(transceiver.sender().replace_track(self.sent())).await?;
        self.transceiver = Some(transceiver);
        Ok(())
    }

    async fn set_local(&mut self, description: JsValue) -> Result<String, JsValue> {
        done(self.connection.set_local_description(description.unchecked_ref())).await?;
        self.gather().await;
        Ok(self.connection.local_description().map(|description| description.sdp()).unwrap_or_default())
    }

    async fn set_remote(&self, kind: RtcSdpType, sdp: &str) -> Result<(), JsValue> {
        let description = RtcSessionDescriptionInit::new(kind);
        description.set_sdp(sdp);
        done(self.connection.set_remote_description(&description)).await
    }

    async fn gather(&mut self) {
        let connection = &self.connection;
        let gathering = &mut self.gathering;
        let complete = async move {
            while connection.ice_gathering_state() != RtcIceGatheringState::Complete {
                if gathering.next().await.is_none() {
                    return;
                }
            }
        };
        let complete = std::pin::pin!(complete);
        let late = std::pin::pin!(wait::for_millis(GATHERING));
        future::select(complete, late).await;
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.connection.set_ontrack(None);
        self.connection.set_onconnectionstatechange(None);
        self.connection.set_onicegatheringstatechange(None);
        self.speaker.set_src_object(None);
        if let Some(track) = &self.microphone {
            track.stop();
        }
        wasm_bindgen_futures::spawn_local(close(self.connection.clone()));
    }
}

/// Closes a connection once it has come to rest. Chromium never lets go of one that is closed between a change of its
/// state and the event that tells of it: every call that is hung up as it connects would stay in memory.
async fn close(connection: RtcPeerConnection) {
    for _ in 0..LOOKS {
        wait::for_millis(SETTLING).await;
        if connection.connection_state() != RtcPeerConnectionState::Connecting {
            break;
        }
    }
    connection.close();
}

async fn done<T>(promise: Promise<T>) -> Result<(), JsValue>
where
    Promise<T>: Into<Promise>,
{
    JsFuture::from(promise.into()).await.map(|_| ())
}

fn configuration(setup: &MediaSetup) -> RtcConfiguration {
    let servers = Array::new();
    for server in &setup.ice_servers {
        let entry = RtcIceServer::new();
        let urls: Array = server.urls.iter().map(|url| JsValue::from_str(url)).collect();
        entry.set_urls(&urls);
        if !server.username.is_empty() {
            entry.set_username(&server.username);
            entry.set_credential(&server.credential);
        }
        servers.push(&entry);
    }
    let configuration = RtcConfiguration::new();
    configuration.set_ice_servers(&servers);
    configuration
}

fn prefer_codecs(transceiver: &RtcRtpTransceiver, setup: &MediaSetup) {
    let Some(capabilities) = RtcRtpSender::get_capabilities("audio") else { return };
    let codecs: Vec<JsValue> = capabilities.get_codecs().iter().collect();
    let names: Vec<String> =
        codecs.iter().map(|codec| codec.unchecked_ref::<RtcRtpCodecCapability>().get_mime_type()).collect();
    let ordered: Array =
        codecs::order(&names, &setup.codecs).into_iter().filter_map(|at| codecs.get(at)).collect();
    transceiver.set_codec_preferences(&ordered);
}

fn browser_direction(direction: Direction) -> RtcRtpTransceiverDirection {
    match direction {
        Direction::SendRecv => RtcRtpTransceiverDirection::Sendrecv,
        Direction::SendOnly => RtcRtpTransceiverDirection::Sendonly,
        Direction::RecvOnly => RtcRtpTransceiverDirection::Recvonly,
        Direction::Inactive => RtcRtpTransceiverDirection::Inactive,
    }
}

/// The DTLS fingerprint of a description (RFC 8122).
fn fingerprint(sdp: &str) -> Option<&str> {
    sdp.lines().find_map(|line| line.strip_prefix("a=fingerprint:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_tells_connections_apart() {
        assert_eq!(fingerprint("v=0\r\na=fingerprint:sha-256 AB:CD\r\n"), Some("sha-256 AB:CD"));
        assert_eq!(fingerprint("v=0\r\n"), None);
    }
}
