/** The first of these that the browser records; each is one that the server takes. */
const KINDS = [
  ["audio/webm;codecs=opus", "webm"],
  ["audio/ogg;codecs=opus", "ogg"],
  ["audio/mp4", "m4a"],
] as const;

export type VoiceProblem = "voice_denied" | "voice_absent" | "voice_unsupported";

/** One recording, from the visitor's consent to its file. */
export interface Recording {
  /** Ends it; what was said as a file. */
  stop(): Promise<File>;
  /** Ends it, and nothing is kept. */
  cancel(): void;
}

function problemOf(error: unknown): VoiceProblem {
  const { name } = error as DOMException;
  if (name === "NotAllowedError" || name === "SecurityError") return "voice_denied";
  return name === "NotFoundError" ? "voice_absent" : "voice_unsupported";
}

/**
 * Asks for the microphone and records. The microphone is let go when the recording ends, however it ends.
 *
 * Throws a `VoiceProblem`: denied by the visitor or by the page that frames us, no microphone, no way to record.
 */
export async function record(): Promise<Recording> {
  const kind = KINDS.find(([type]) => window.MediaRecorder?.isTypeSupported(type));
  if (!kind || !navigator.mediaDevices) throw "voice_unsupported" satisfies VoiceProblem;
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true }).catch((error) => {
    throw problemOf(error);
  });
  const recorder = new MediaRecorder(stream, { mimeType: kind[0] });
  const pieces: Blob[] = [];
  recorder.ondataavailable = ({ data }) => pieces.push(data);
  const ended = new Promise<void>((resolve) => {
    recorder.onstop = () => {
      for (const track of stream.getTracks()) track.stop();
      resolve();
    };
  });
  recorder.start();
  return {
    async stop() {
      if (recorder.state !== "inactive") recorder.stop();
      await ended;
      const type = kind[0].split(";")[0] as string;
      return new File(pieces, `voice.${kind[1]}`, { type });
    },
    cancel() {
      if (recorder.state !== "inactive") recorder.stop();
    },
  };
}
