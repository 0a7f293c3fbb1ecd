import { createRoot } from "react-dom/client";
import { ReadAloud } from "./ReadAloud.jsx";

createRoot(document.getElementById("root")).render(<ReadAloud text="你好，世界。" />);
