/** The system's Python, whose zipfile and tarfile are the reference for what is read and written here. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { CLIENTS_PYTHON } from "../../../scripts/set-up.mjs";
import { PYTHON, ROOT } from "../../../scripts/steps.mjs";

const isThere = spawnSync("python3", ["-c", "import tarfile, zipfile, zlib"]).status === 0;

/** For `test`: why its tests are skipped, if they are. */
export const NEEDS_PYTHON = isThere ? {} : { skip: "there is no Python 3" };

/** The same for the packages of the importers, which `npm test` installs where it finds Python. */
export const NEEDS_PACKAGES = existsSync(PYTHON) ? {} : { skip: `there is no ${PYTHON}` };

export const PYTHON_CLIENTS = join(ROOT, CLIENTS_PYTHON);

/** The same for the clients in Python, from 3.10 on. */
export const NEEDS_CLIENTS = existsSync(PYTHON_CLIENTS) ? {} : { skip: `there is no ${PYTHON_CLIENTS}` };
