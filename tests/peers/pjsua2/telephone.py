"""A telephone by PJSUA2 for the stories: orders come in as JSON lines, what happens goes out as JSON lines.

Unlike other telephones to be had, it knows REFER and Replaces in every role. All of it runs on one thread: the
library's calls back happen while its events are handled, between two orders.
"""

import json
import os
import queue
import sys
import threading

import pjsua2

# What it speaks with needs no sound card.
VOLUME = 12000
STATES = {
    pjsua2.PJSIP_INV_STATE_EARLY: "early",
    pjsua2.PJSIP_INV_STATE_CONFIRMED: "talks",
    pjsua2.PJSIP_INV_STATE_DISCONNECTED: "over",
}
USE = {"never": 0, "optional": 1, "always": 2}


# The library prints its first words before it can be told not to.
TOLD = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
os.dup2(sys.stderr.fileno(), sys.stdout.fileno())


def tell(event, **what):
    print(json.dumps({"event": event, **what}), file=TOLD, flush=True)


class Call(pjsua2.Call):
    """One call; the telephone keeps it until it is over."""

    def __init__(self, telephone, call_id=pjsua2.PJSUA_INVALID_ID):
        super().__init__(telephone.account, call_id)
        self.telephone = telephone

    def onCallState(self, prm):
        info = self.getInfo()
        state = STATES.get(info.state)
        if state:
            tell(state, call=info.id, status=info.lastStatusCode, reason=info.lastReason, call_id=info.callIdString)
        if state == "over":
            self.telephone.forget(self)

    def onCallMediaState(self, prm):
        info = self.getInfo()
        for index, media in enumerate(info.media):
            if media.type != pjsua2.PJMEDIA_TYPE_AUDIO:
                continue
            if media.status == pjsua2.PJSUA_CALL_MEDIA_ACTIVE:
                self.telephone.speak_to(self.getAudioMedia(index))
                tell("hears", call=info.id)
            elif media.status == pjsua2.PJSUA_CALL_MEDIA_LOCAL_HOLD:
                tell("holds", call=info.id)
            elif media.status == pjsua2.PJSUA_CALL_MEDIA_REMOTE_HOLD:
                tell("held", call=info.id)

    def onCallTransferRequest(self, prm):
        call = Call(self.telephone)
        prm.newCall = call
        prm.statusCode = pjsua2.PJSIP_SC_ACCEPTED
        self.telephone.remember(call)
        tell("sent_on", call=self.getId(), to=prm.dstUri)

    def onCallTransferStatus(self, prm):
        tell("transfer", call=self.getId(), status=prm.statusCode, reason=prm.reason, final=prm.finalNotify)

    def onCallReplaceRequest(self, prm):
        call = Call(self.telephone)
        prm.newCall = call
        self.telephone.remember(call)

    def onCallReplaced(self, prm):
        tell("replaced", call=self.getId(), by=prm.newCallId)

    def onCallTsxState(self, prm):
        transaction = prm.e.body.tsxState.tsx
        if transaction.state == pjsua2.PJSIP_TSX_STATE_COMPLETED:
            side = "asked" if transaction.role == pjsua2.PJSIP_ROLE_UAC else "was_asked"
            tell(side, call=self.getId(), method=transaction.method, status=transaction.statusCode)


class Account(pjsua2.Account):
    """The registration, and what comes in under it."""

    def __init__(self, telephone):
        super().__init__()
        self.telephone = telephone

    def onRegState(self, prm):
        tell("registration", status=prm.code, reason=prm.reason)

    def onIncomingCall(self, prm):
        call = Call(self.telephone, prm.callId)
        self.telephone.remember(call)
        info = call.getInfo()
        tell("rings", call=info.id, who=info.remoteUri, call_id=info.callIdString)
        status = self.telephone.settings["when_called"]
        call.answer(with_status(status))

    def onMwiInfo(self, prm):
        tell("messages", state=prm.state, message=prm.rdata.wholeMsg)


def with_status(status, **headers):
    operation = pjsua2.CallOpParam(True)
    operation.statusCode = status
    for name, value in headers.items():
        header = pjsua2.SipHeader()
        header.hName, header.hValue = name, value
        operation.txOption.headers.append(header)
    return operation


class Telephone:
    """The one telephone of this process."""

    def __init__(self, settings):
        self.settings = settings
        self.calls = []
        self.endpoint = pjsua2.Endpoint()
        self.endpoint.libCreate()
        configuration = pjsua2.EpConfig()
        configuration.uaConfig.threadCnt = 0
        configuration.uaConfig.mainThreadOnly = True
        configuration.logConfig.level = 4
        configuration.logConfig.consoleLevel = 0
        configuration.logConfig.filename = settings["log"]
        configuration.medConfig.noVad = True
        configuration.medConfig.clockRate = 8000
        self.endpoint.libInit(configuration)
        transport = pjsua2.TransportConfig()
        transport.boundAddress = "127.0.0.1"
        transport.port = settings["port"]
        protocols = {"udp": pjsua2.PJSIP_TRANSPORT_UDP, "tcp": pjsua2.PJSIP_TRANSPORT_TCP}
        self.endpoint.transportCreate(protocols[settings["transport"]], transport)
        self.endpoint.libStart()
        self.endpoint.audDevManager().setNullDev()
        for codec in self.endpoint.codecEnum2():
            self.endpoint.codecSetPriority(codec.codecId, 128 if codec.codecId.startswith("PCM") else 0)
        self.voice = pjsua2.ToneGenerator()
        self.voice.createToneGenerator(8000)
        tone = pjsua2.ToneDesc()
        tone.freq1, tone.freq2, tone.on_msec, tone.off_msec, tone.volume = settings["tone"], 0, 1000, 0, VOLUME
        tones = pjsua2.ToneDescVector()
        tones.append(tone)
        self.voice.play(tones, True)
        self.account = Account(self)
        self.account.create(self.account_settings())

    def account_settings(self):
        settings = self.settings
        account = pjsua2.AccountConfig()
        account.idUri = f"sip:{settings['number']}@{settings['domain']}"
        account.regConfig.registrarUri = f"sip:{settings['domain']}"
        account.sipConfig.authCreds.append(
            pjsua2.AuthCredInfo("digest", "*", settings["number"], 0, settings["password"])
        )
        account.sipConfig.proxies.append(f"sip:{settings['server']};lr;transport={settings['transport']}")
        account.natConfig.contactRewriteUse = 0
        account.natConfig.sipOutboundUse = 0
        account.natConfig.viaRewriteUse = 0
        account.mediaConfig.transportConfig.boundAddress = "127.0.0.1"
        account.mediaConfig.transportConfig.port = settings["first_media_port"]
        account.mediaConfig.transportConfig.portRange = settings["media_ports"]
        # Otherwise every call begins with a re-INVITE that settles for one codec.
        account.mediaConfig.lockCodecEnabled = False
        account.callConfig.prackUse = {"never": 0, "always": 1, "optional": 2}[settings["reliable"]]
        account.callConfig.timerUse = USE[settings["timer"]]
        account.callConfig.timerMinSESec = settings["min_se"]
        account.callConfig.timerSessExpiresSec = settings["session_expires"]
        account.mwiConfig.enabled = settings["messages"]
        return account

    def remember(self, call):
        self.calls.append(call)

    def forget(self, call):
        # Its last word is still being told.
        self.calls = [other for other in self.calls if other is not call]
        self.over = call

    def speak_to(self, media):
        self.voice.startTransmit(media)

    def call(self, order):
        for call in self.calls:
            if call.getId() == order["call"]:
                return call
        raise LookupError(f"no call {order['call']}")

    def carry_out(self, order):
        what = order["do"]
        if what == "call":
            call = Call(self)
            self.remember(call)
            call.makeCall(order["to"], with_status(0, **order.get("headers", {})))
            return call.getId()
        call = self.call(order)
        if what == "answer":
            call.answer(with_status(order["status"]))
        elif what == "hang_up":
            call.hangup(with_status(0))
        elif what == "hold":
            call.setHold(with_status(0))
        elif what == "resume":
            operation = with_status(0)
            operation.opt.flag = pjsua2.PJSUA_CALL_UNHOLD
            call.reinvite(operation)
        elif what == "reinvite":
            call.reinvite(with_status(0))
        elif what == "update":
            call.update(with_status(0))
        elif what == "send_on":
            call.xfer(order["to"], with_status(0))
        elif what == "connect":
            call.xferReplaces(self.call({"call": order["with"]}), with_status(0))
        else:
            raise LookupError(f"no order {what}")
        return call.getId()


def read_orders(orders):
    for line in sys.stdin:
        orders.put(json.loads(line))
    orders.put(None)


def main():
    telephone = Telephone(json.loads(sys.argv[1]))
    orders = queue.Queue()
    threading.Thread(target=read_orders, args=(orders,), daemon=True).start()
    tell("ready")
    while True:
        telephone.endpoint.libHandleEvents(10)
        try:
            order = orders.get_nowait()
        except queue.Empty:
            continue
        if order is None:
            return
        try:
            call = telephone.carry_out(order)
            tell("done", order=order["order"], call=call)
        except (pjsua2.Error, LookupError) as problem:
            said = problem.reason if isinstance(problem, pjsua2.Error) else str(problem)
            tell("refused", order=order["order"], why=said)


main()
