import { ReadAloud } from "./read-aloud.js";

export default function Page() {
  return (
    <main>
      <p id="text">你好，世界。</p>
      <ReadAloud for="text" />
    </main>
  );
}
