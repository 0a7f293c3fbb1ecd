/** The id of the voice that comes with hanvox. */
export const DEFAULT_VOICE = "han";
