/** `hanvox completion SHELL`: a script that completes commands and options. */
import { invalid } from "./speaking.js";

/** @typedef {Record<string, {options: readonly string[]}>} Commands */

/** @type {Record<string, (commands: Commands) => string>} */
const SHELLS = { bash, zsh, fish };

/**
 * @param {string | undefined} shell
 * @param {Commands} commands
 */
export function completion(shell = "", commands) {
  if (Object.hasOwn(SHELLS, shell)) return SHELLS[shell](commands);
  throw invalid(`completion takes the name of a shell: ${Object.keys(SHELLS).join(", ")}`);
}

/** @param {Commands} commands */
function bash(commands) {
  const cases = Object.entries(commands).map(([name, { options }]) => `    "${name}") choices="${flags(options)}" ;;`);
  // No variable may be called `words`: that is one of zsh's own.
  return `_hanvox() {
  local current="\${COMP_WORDS[COMP_CWORD]}" choices="" command="\${COMP_WORDS[1]}"
  if [ "$command" = voices ] && [ "$COMP_CWORD" -gt 2 ]; then command="voices \${COMP_WORDS[2]}"; fi
  case "$command" in
${cases.join("\n")}
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then choices="${firstWords(commands).join(" ")} --help --version"; fi
  if [ "$COMP_CWORD" -eq 2 ]; then
    case "$command" in
      voices) choices="${voicesWords(commands).join(" ")} $choices" ;;
      completion) choices="${Object.keys(SHELLS).join(" ")}" ;;
    esac
  fi
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$choices" -- "$current")) ;;
    *) if [ "$COMP_CWORD" -le 2 ]; then COMPREPLY=($(compgen -W "$choices" -- "$current")); fi ;;
  esac
}
complete -o default -F _hanvox hanvox`;
}

/** @param {Commands} commands */
function zsh(commands) {
  const ready = `(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }`;
  return `#compdef hanvox\n${ready}\nautoload -Uz bashcompinit && bashcompinit\n${bash(commands)}`;
}

/** @param {Commands} commands */
function fish(commands) {
  const lines = firstWords(commands).map((name) => `complete -c hanvox -n __fish_use_subcommand -f -a ${name}`);
  for (const name of voicesWords(commands))
    lines.push(`complete -c hanvox -n "__fish_seen_subcommand_from voices" -f -a ${name}`);
  lines.push(`complete -c hanvox -n "__fish_seen_subcommand_from completion" -f -a "${Object.keys(SHELLS).join(" ")}"`);
  for (const [name, { options }] of Object.entries(commands))
    for (const option of options)
      lines.push(`complete -c hanvox -n "__fish_seen_subcommand_from ${name.split(" ").at(-1)}" -l ${option}`);
  return lines.join("\n");
}

/** @param {readonly string[]} options */
function flags(options) {
  return options.map((name) => `--${name}`).join(" ");
}

/** @param {Commands} commands */
function firstWords(commands) {
  return Object.keys(commands).filter((name) => !name.includes(" "));
}

/** @param {Commands} commands */
function voicesWords(commands) {
  return Object.keys(commands).flatMap((name) => name.split(" ")[1] ?? []);
}
