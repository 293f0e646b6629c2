"""Spools and workers as documents: what older programs wrote is still read."""

import json
from dataclasses import replace

import pytest

from core.domain.model import Operacion, Spool, Worker
from core.ledger.codec import SPOOLS, WORKERS, spool_to_json, worker_to_json
from tests.plants import MIGUEL, PEDRO, Etapa, held_by, spool_at


@pytest.mark.parametrize("worker", [MIGUEL, PEDRO, replace(MIGUEL, idioma="en", activo=False)])
def test_a_worker_is_the_same_after_a_round_trip(worker: Worker):
    assert WORKERS.validate_json(worker_to_json(worker)) == worker


def test_a_worker_stored_before_there_were_languages_has_none():
    document = json.loads(worker_to_json(replace(MIGUEL, idioma="en")))
    del document["idioma"]
    assert WORKERS.validate_json(json.dumps(document)) == MIGUEL


@pytest.mark.parametrize("spool", [*map(spool_at, Etapa), held_by(MIGUEL, Operacion.SOLD, spool_at(Etapa.ARMADO))])
def test_a_spool_is_the_same_after_a_round_trip(spool: Spool):
    assert SPOOLS.validate_json(spool_to_json(spool)) == spool
