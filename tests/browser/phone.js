// The phone of a test page: JsSIP, and ears that can tell tones apart. The console has a phone of its own.
'use strict';

class Phone {
  constructor() {
    this.calls = []; // every session, as {direction, headers, state, cause}
    this.log = [];
    this.session = null;
    this.ua = null;
    this.sound = null;
  }

  note(what) {
    this.log.push(`${(performance.now() / 1000).toFixed(3)} ${what}`);
  }

  async open() {
    this.microphone = await navigator.mediaDevices.getUserMedia({
      audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    });
    this.context = new AudioContext();
    await this.context.resume();
  }

  // Ask the server for a password, as every page does when it is loaded, then register.
  async register(options = {}) {
    const credentials = options.credentials ?? (await (await fetch(`/credentials${location.search}`, { method: 'POST' })).json());
    this.credentials = credentials;
    await this.open();
    const socket = new JsSIP.WebSocketInterface(`ws://${location.host}/sip${location.search}`);
    this.ua = new JsSIP.UA({
      sockets: [socket],
      uri: `sip:${credentials.phone}@${credentials.realm}`,
      password: credentials.password,
      register: true,
      register_expires: 60,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 2,
    });
    this.ua.on('newRTCSession', ({ session, originator, request }) => this.#take(session, originator, request));
    this.ua.on('disconnected', () => {
      this.note('disconnected');
      this.lost = true;
    });
    this.ua.on('connected', () => this.note('connected'));
    const outcome = new Promise((resolve) => {
      this.ua.on('registered', () => {
        this.note('registered');
        this.#renew();
        resolve('registered');
      });
      this.ua.on('registrationFailed', (event) => (this.note(`failed ${event.cause}`), resolve(`failed: ${event.cause}`)));
    });
    this.ua.start();
    return outcome;
  }

  // After its WebSocket was lost the exchange would still send a hang-up to where this page was: a call says where it is.
  #renew() {
    if (this.lost && this.session?.isEstablished()) this.session.renegotiate();
    this.lost = false;
  }

  call(target) {
    this.ua.call(`sip:${target}@${this.credentials.realm}`, this.#media());
  }

  #media() {
    return { mediaStream: this.microphone, pcConfig: { iceServers: [] } };
  }

  #take(session, originator, request) {
    const call = {
      direction: originator === 'local' ? 'out' : 'in',
      headers: {
        callInfo: request.getHeader?.('Call-Info') ?? '',
        alertInfo: request.getHeader?.('Alert-Info') ?? '',
      },
      state: 'new',
      cause: '',
    };
    this.calls.push(call);
    this.note(`${call.direction} call`);
    const old = this.session;
    this.session = session;
    const moved = (state) => (event) => {
      call.state = state;
      call.cause = event?.cause ?? '';
      this.note(`${call.direction} ${state} ${call.cause}`);
    };
    session.on('confirmed', moved('talking'));
    session.on('ended', moved('over'));
    session.on('failed', moved('failed'));
    session.on('peerconnection', ({ peerconnection }) => this.#listen(peerconnection));
    if (session.connection) this.#listen(session.connection);
    if (originator === 'remote' && /answer-after=0/.test(call.headers.callInfo)) {
      if (old && !old.isEnded()) old.terminate();
      session.answer(this.#media());
    }
  }

  #listen(connection) {
    connection.addEventListener('track', ({ streams }) => {
      const player = new Audio();
      player.srcObject = streams[0];
      player.play();
      this.player = player;
      this.sound = this.context.createAnalyser();
      this.sound.fftSize = 16384;
      this.sound.smoothingTimeConstant = 0;
      this.context.createMediaStreamSource(streams[0]).connect(this.sound);
    });
  }

  // Level of what is heard at each frequency, in dB below full scale, over the last third of a second.
  hear(frequencies) {
    if (!this.sound) return frequencies.map(() => -200);
    const levels = new Float32Array(this.sound.frequencyBinCount);
    this.sound.getFloatFrequencyData(levels);
    const width = this.context.sampleRate / this.sound.fftSize;
    return frequencies.map((hz) => {
      const at = Math.round(hz / width);
      return Math.max(-200, ...levels.slice(at - 2, at + 3));
    });
  }

  async statistics() {
    const found = { sent: 0, received: 0, lost: 0, heard: 0, said: 0, codec: '', local: '' };
    const report = await this.session.connection.getStats();
    for (const entry of report.values()) {
      if (entry.type === 'inbound-rtp') {
        found.received = entry.packetsReceived;
        found.lost = entry.packetsLost;
        found.heard = entry.totalAudioEnergy;
        found.codec = report.get(entry.codecId)?.mimeType ?? '';
      } else if (entry.type === 'outbound-rtp') found.sent = entry.packetsSent;
      else if (entry.type === 'media-source') found.said = entry.totalAudioEnergy;
      else if (entry.type === 'candidate-pair' && entry.state === 'succeeded' && entry.nominated)
        found.local = report.get(entry.localCandidateId)?.address ?? '';
    }
    return found;
  }
}

window.phone = new Phone();
