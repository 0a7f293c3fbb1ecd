import { createApp } from "vue";
import ReadAloud from "./ReadAloud.vue";

createApp(ReadAloud, { text: "你好，世界。" }).mount("#app");
