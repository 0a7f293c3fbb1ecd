/** The routes and their methods. @type {Record<string, string[]>} */
export const ROUTES = {
  "tts": ["GET", "POST"],
  "synthesize": ["POST"],
  "v1/audio/speech": ["POST"],
  "v1/audio/voices": ["GET", "HEAD"],
  "v1/models": ["GET", "HEAD"],
  "cognitiveservices/v1": ["POST"],
  "cognitiveservices/voices/list": ["GET", "HEAD"],
  "metrics": ["GET", "HEAD"],
  "healthz": ["GET", "HEAD"],
  "voices": ["GET", "HEAD"],
};
