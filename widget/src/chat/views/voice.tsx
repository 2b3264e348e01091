import { useEffect, useRef, useState } from "preact/hooks";
import type { Chat } from "../chat";
import { Icon } from "../ui/icons";
import { type Recording, record, type VoiceProblem } from "./record";
import { v } from "./texts";

const clockOf = (seconds: number) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/** In the composer's place while a voice message is recorded: the time, discard, send. */
export function VoiceBar({ chat, onEnd }: { chat: Chat; onEnd: () => void }) {
  const [seconds, setSeconds] = useState(0);
  const [problem, setProblem] = useState<VoiceProblem | null>(null);
  const [recording, setRecording] = useState<Recording | null>(null);
  const ended = useRef(false);
  const send = useRef<HTMLButtonElement>(null);
  const most = chat.state.config.value?.limits.voice_s ?? 300;

  useEffect(() => {
    let made: Recording | null = null;
    record().then(
      (begun) => {
        made = begun;
        if (ended.current) return begun.cancel();
        setRecording(begun);
      },
      (error) => setProblem(error as VoiceProblem),
    );
    return () => {
      // Also when the visitor goes to another view: the microphone is let go.
      ended.current = true;
      made?.cancel();
    };
  }, []);
  useEffect(() => {
    if (!recording) return;
    send.current?.focus();
    const timer = setInterval(() => setSeconds((before) => before + 1), 1000);
    return () => clearInterval(timer);
  }, [recording]);
  const finish = async () => {
    if (!recording || ended.current) return;
    ended.current = true;
    void chat.addFiles([await recording.stop()], true);
    onEnd();
  };
  useEffect(() => {
    if (seconds >= most) void finish();
  }, [seconds]);
  return (
    <div class="voice">
      {problem ? (
        <p class="grow mistake" role="alert">
          {v(problem)}
        </p>
      ) : (
        <p class="grow">
          <i class={recording ? "live" : ""} />
          <span role="status">{recording ? v("voice.recording") : v("voice.asking")}</span>{" "}
          <time>{v("voice.left", { time: clockOf(seconds), most: clockOf(most) })}</time>
        </p>
      )}
      <button
        type="button"
        class="tool"
        aria-label={problem ? v("voice.close") : v("voice.cancel")}
        onClick={() => {
          recording?.cancel();
          onEnd();
        }}
      >
        <Icon name="close" />
      </button>
      {!problem && (
        <button
          ref={send}
          type="button"
          class="send"
          aria-label={v("voice.send")}
          aria-disabled={!recording}
          onClick={() => void finish()}
        >
          <Icon name="send" />
        </button>
      )}
    </div>
  );
}
