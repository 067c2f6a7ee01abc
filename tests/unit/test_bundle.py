"""Modules in one file do what they do apart."""

import shutil
import subprocess

import pytest

from shell.assets import scripts
from shell.bundle import bundled

MODULES = {
    "lib/own.js": 'const hidden = 2;\n\nfunction twice(n) {\n  return n * hidden;\n}\n\nexport { twice, hidden };\n',
    "parts.js": 'export const [ONE, TWO] = [1, 2];\nexport class Box {\n  held = ONE;\n}\nexport async function late() {\n  return `${TWO} /* no comment */`;\n}\n'
    "export function* both() {\n  yield ONE; // one\n  yield TWO;\n}\n",
    "said.js": 'import { twice as double } from "./lib/own.js";\nimport * as parts from "./parts.js";\n\nexport const said = { sum: double(parts.TWO) };\n',
    "start.js": 'import "./said.js";\nimport { Box, both, late } from "./parts.js";\nimport { said } from "./said.js";\n\nsaid.more = [...both()];\n'
    'late().then((words) => console.log(JSON.stringify([said, new Box().held, words, /"\\/\\//.test(\'"//\')])));\n',
}  # fmt: skip
SAID = '[{"sum":4,"more":[1,2]},1,"2 /* no comment */",true]\n'


def write(folder, modules):
    for name, source in modules.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(source, encoding="utf-8")


def run(path):
    node = shutil.which("node")
    assert node, "Node 18 or newer is needed: install the package nodejs."
    return subprocess.run([node, "--input-type=module", "-e", path], capture_output=True, text=True, check=True).stdout


def test_a_bundle_does_what_its_modules_do(tmp_path):
    write(tmp_path, MODULES)
    whole = bundled([tmp_path / "said.js", tmp_path / "start.js"])
    assert run(f"await import('{tmp_path / 'start.js'}');") == run(whole) == SAID
    assert "// one" not in whole


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("export default 1;\n", "export default 1; is not understood"),
        ("export let open = 1;\n", "export let open = 1; is not understood"),
        ('import own from "./own.js";\n', 'import own from "./own.js"; is not understood'),
        ('import { x } from "elsewhere";\n', 'import { x } from "elsewhere"; is not understood'),
        ('import { x } from "./self.js";\n', "imports itself"),
    ],
)
def test_what_is_not_understood_is_refused(tmp_path, source, why):
    write(tmp_path, {"self.js": source})
    with pytest.raises(ValueError, match=why.replace("{", r"\{").replace(".", r"\.")):
        bundled([tmp_path / "self.js"])


@pytest.mark.parametrize("name", ["page", "form", "lists"])
def test_the_scripts_of_pages_can_be_read(tmp_path, name):
    path = tmp_path / "all.mjs"
    path.write_text(scripts()[name].body, encoding="utf-8")
    node = shutil.which("node")
    assert node, "Node 18 or newer is needed: install the package nodejs."
    subprocess.run([node, "--check", path], check=True)
