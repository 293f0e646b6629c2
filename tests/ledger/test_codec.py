"""Spools and workers as documents: what older programs wrote is still read, what newer ones wrote is never dropped."""

import json
import re
from dataclasses import replace
from hashlib import sha256
from importlib.resources import files
from operator import is_

import pytest
from pydantic import ValidationError

from core.domain.datos import Dato
from core.domain.model import Operacion, Retencion, Spool, Worker
from core.domain.uniones import Hecho
from core.ledger.codec import SPOOLS, WORKERS, spool_from_json, spool_to_json, worker_from_json, worker_to_json
from core.ledger.sqlite.schema import migrations
from tests.plants import DIA, MIGUEL, PEDRO, START, Etapa, held_by, joint, spool_at


@pytest.mark.parametrize("worker", [MIGUEL, PEDRO, replace(MIGUEL, idioma="en", activo=False)])
def test_a_worker_is_the_same_after_a_round_trip(worker: Worker):
    assert WORKERS.validate_json(worker_to_json(worker)) == worker


def test_a_worker_stored_before_there_were_languages_has_none():
    document = json.loads(worker_to_json(replace(MIGUEL, idioma="en")))
    del document["idioma"]
    assert WORKERS.validate_json(json.dumps(document)) == MIGUEL


WITH_JOINTS = replace(
    spool_at(Etapa.ARM_PARCIAL),
    uniones=(replace(joint(1, "1½"), arm=Hecho("JP(94)", DIA)), joint(2, tipo="FW", solo_armado=True)),
    retencion=Retencion(motivo="cliente", worker_id=95, worker_nombre="CP(95)", desde=START),
    datos=(Dato("Plano", "P-12"), Dato("Revisión", "B")),
    antes=(Dato("Revisión", "A"),),
)


@pytest.mark.parametrize(
    "spool", [*map(spool_at, Etapa), held_by(MIGUEL, Operacion.SOLD, spool_at(Etapa.ARMADO)), WITH_JOINTS]
)
def test_a_spool_is_the_same_after_a_round_trip(spool: Spool):
    assert spool_from_json(spool_to_json(spool)) == spool


@pytest.mark.parametrize("document", ['{"tag_spool": "S", "color": ""}', '{"tag_spool": "S", "arm": {"color": ""}}'])
def test_a_field_that_is_not_known_is_refused(document: str):
    with pytest.raises(ValidationError, match="color"):
        spool_from_json(document)
    with pytest.raises(ValidationError, match="color"):
        worker_from_json(worker_to_json(MIGUEL).replace("{", '{"color": "",', 1))


@pytest.mark.parametrize(
    "document",
    [
        "[]",
        '{"tag_spool": "S", "arm": 1}',
        '{"tag_spool": "S", "arm": {"estado": "PENDIENTE", "fecha": []}}',
        '{"tag_spool": "S", "datos": 1}',
        '{"tag_spool": "S", "datos": [{"nombre": "Plano"}]}',
        '{"tag_spool": "S", "antes": [{"nombre": "Plano", "valor": 12}]}',
        '{"tag_spool": "S", "uniones": 1}',
        '{"tag_spool": "S", "uniones": [{"numero": 1}]}',
        '{"tag_spool": "S", "uniones": [""]}',
        """{"tag_spool": "S", "uniones": ["[1,20000,\\"BW\\",false,null]"]}""",
        """{"tag_spool": "S", "uniones": ["[1,20000,\\"BW\\",false,[\\"JP(94)\\",\\"2026-02-30\\"],null]"]}""",
    ],
)
def test_what_no_program_wrote_is_damage(document: str):
    with pytest.raises(ValueError, match=r".+"):
        spool_from_json(document)


def test_what_is_equal_in_many_spools_is_kept_once():
    document = spool_to_json(WITH_JOINTS)
    one, other = spool_from_json(document), spool_from_json(document)
    assert one.arm is other.arm
    assert all(map(is_, (*one.uniones, *one.datos), (*other.uniones, *other.datos)))


def test_what_documents_may_hold_changes_with_the_format_numbers_alone():
    """When this fails, raise both format numbers (see the guide, development.md), and then write the new line here."""
    prelude = files("core.ledger.redis.scripts").joinpath("prelude.lua").read_text(encoding="utf-8")
    redis_format = int(re.findall(r"^local FORMAT = (\d+)$", prelude, flags=re.MULTILINE)[0])
    schema = json.dumps([SPOOLS.json_schema(), WORKERS.json_schema()], sort_keys=True)
    known = (
        redis_format,
        migrations()[-1].number,
        sha256(re.sub(r'"description": "[^"]*", ', "", schema).encode()).hexdigest()[:8],
    )
    assert known == (5, 8, "ecbd2998")
