"""Supervisor: its pages, what its panel asks, what the ledger says of itself, and finished work."""

from typing import Final

from kiosk.words.both import Both

TEXTS: Final = {
    "key.liberar": Both("Liberar", "Release"),
    "key.desbloquear": Both("Desbloquear", "Unblock"),
    "key.pagina": Both("Página", "Page"),
    "tip.liberar": Both(
        "Dejar libre el spool elegido, lo tenga quien lo tenga", "Free the chosen spool, whoever has it"
    ),
    "tip.desbloquear": Both("Permitir una reparación más al spool elegido", "Allow the chosen spool one more repair"),
    "tip.pagina": Both(
        "La página siguiente; el número de una página también lleva a ella",
        "The next page; a page's number leads to it as well",
    ),
    "page.tomas": Both("Tomas {count}", "Taken {count}"),
    "page.rechazos": Both("Rechazos {count}", "Rejected {count}"),
    "page.registro": Both("Registro", "Ledger"),
    "page.registro_trouble": Both("Registro ⚠", "Ledger ⚠"),
    "page.hoja": Both("Hoja", "Sheet"),
    "page.hoja_trouble": Both("Hoja ⚠", "Sheet ⚠"),
    "page.hoja_count": Both("Hoja ⚠ {count}", "Sheet ⚠ {count}"),
    "page.dias": Both("Por día", "By day"),
    "page.hoy": Both("Hoy", "Today"),
    "tomas.title": Both("¿QUIÉN NECESITA AYUDA?", "WHO NEEDS HELP?"),
    "tomas.detail": Both(
        "Escanee un spool tomado, o elíjalo con las flechas",
        "Scan a spool that is taken, or choose one with the arrows",
    ),
    "tomas.next": Both("F3 lo libera; antes pregunta el motivo", "F3 releases it, and asks why first"),
    "tomas.box": Both("Spools tomados ({count})", "Spools taken ({count})"),
    "tomas.remark": Both(
        "vencidos: {expired} · de más de {hours} h: {long}", "expired: {expired} · for over {hours} h: {long}"
    ),
    "tomas.none": Both("Nadie tiene un spool en este momento", "Nobody holds a spool right now"),
    "tomas.long": Both("+{hours} h", "+{hours} h"),
    "rechazos.title": Both("¿QUÉ ESPERA UNA DECISIÓN?", "WHAT AWAITS A DECISION?"),
    "rechazos.detail": Both(
        "Escanee un spool bloqueado, o elíjalo con las flechas", "Scan a blocked spool, or choose one with the arrows"
    ),
    "rechazos.next": Both(
        "F4 permite una reparación más; pregunta el motivo", "F4 allows one more repair; it asks why"
    ),
    "rechazos.box": Both(
        "Bloqueados ({blocked}) y rechazados ({rejected})", "Blocked ({blocked}), rejected ({rejected})"
    ),
    "rechazos.none": Both("Ningún spool bloqueado ni rechazado", "No spool is blocked or rejected"),
    "rechazos.blocked": Both("BLOQUEADO", "BLOCKED"),
    "rechazos.rejected": Both("RECHAZADO", "REJECTED"),
    "column.cycle": Both("CICLO", "CYCLE"),
    "column.repair": Both("REPARACIÓN", "REPAIR"),
    "column.rejected_by": Both("RECHAZÓ", "BY"),
    "column.day": Both("FECHA", "DATE"),
    "held.detail": Both(
        "{quien} · {operacion} en {station} · desde {since} ({elapsed})",
        "{quien} · {operacion} at {station} · since {since} ({elapsed})",
    ),
    "rejected.cycle": Both("{estado} · ciclo {cycle}", "{estado} · cycle {cycle}"),
    "rejected.motive": Both("{line} · último motivo: {motivo}", "{line} · last reason: {motivo}"),
    "rejected.no_motive": Both("sin motivo", "none given"),
    "supervise.title": Both("{tag} · ¿QUÉ HACER?", "{tag} · WHAT TO DO?"),
    "supervise.nothing": Both(
        "Ni tomado ni bloqueado. F9 muestra su historia", "Neither taken nor blocked. F9 shows its history"
    ),
    "supervise.changed.title": Both("CAMBIÓ MIENTRAS TANTO", "IT CHANGED MEANWHILE"),
    "supervise.changed.detail": Both(
        "{tag}: ahora lo tiene {quien}. No se liberó", "{tag}: {quien} has it now. It was not released"
    ),
    "supervise.changed.next": Both("Escanéelo otra vez si hay que liberarlo", "Scan it again if it is to be released"),
    "registro.box": Both("Cómo está el registro", "How the ledger stands"),
    "registro.looking": Both("mirando…", "looking…"),
    "registro.age": Both("mirado hace {elapsed}", "looked at {elapsed} ago"),
    "registro.away": Both("no responde: {reason} · {looked}", "it does not answer: {reason} · {looked}"),
    "registro.connection": Both("Conexión", "Connection"),
    "registro.connected": Both("conectado, el tablero está al día", "connected, the board is up to date"),
    "registro.risk": Both("⚠ Riesgo", "⚠ Risk"),
    "registro.risks": Both("Riesgos", "Risks"),
    "registro.no_risks": Both("ninguno conocido", "none known"),
    "registro.engine": Both("Motor", "Engine"),
    "registro.newest": Both("Último evento", "Newest event"),
    "registro.clock": Both("Reloj", "Clock"),
    "registro.clock_same": Both("esta terminal y el registro coinciden", "this terminal and the ledger agree"),
    "registro.clock_ahead": Both(
        "⚠ esta terminal va {elapsed} adelantada al registro", "⚠ this terminal is {elapsed} ahead of the ledger"
    ),
    "registro.clock_behind": Both(
        "⚠ esta terminal va {elapsed} atrasada respecto al registro", "⚠ this terminal is {elapsed} behind the ledger"
    ),
    "registro.conflicts": Both("Conflictos", "Conflicts"),
    "registro.no_conflicts": Both(
        "ninguno en esta terminal desde que se conectó", "none at this terminal since it connected"
    ),
    "registro.conflict_sum": Both(
        "en esta terminal: {retries} reintentos, {failures} sin éxito; spools: {spools}",
        "at this terminal: {retries} retries, {failures} failed; spools: {spools}",
    ),
    "registro.hot": Both(
        "{requests} solicitudes, {retries} reintentos. {advice}", "{requests} requests, {retries} retries. {advice}"
    ),
    "hot.failed": Both(
        "No todas entraron: suba los intentos ({attempts}) o la espera ({cap} s)",
        "Not all got through: allow more tries ({attempts}) or a longer wait ({cap} s)",
    ),
    "hot.wanted": Both(
        "Varias personas lo quieren a la vez: asígnelo a una", "Several want it at once: give it to one"
    ),
    "hot.watch": Both("Por ahora los reintentos alcanzan", "For now trying again is enough"),
    "work.box": Both("Trabajo terminado, últimos {days} días", "Work finished, last {days} days"),
    "work.today_box": Both("Trabajo terminado hoy, por persona", "Work finished today, by person"),
    "work.none_today": Both("Nadie ha terminado nada hoy todavía", "Nobody has finished anything today yet"),
    "work.reading": Both("leyendo el registro: {count} eventos…", "reading the ledger: {count} events…"),
    "work.cut": Both("⚠ completo solo desde el {since}", "⚠ complete only from {since}"),
    "work.away": Both("no se pudo leer el registro: {reason}", "the ledger could not be read: {reason}"),
    "work.ARM": Both("Armado", "Fit-up"),
    "work.SOLD": Both("Soldadura", "Welding"),
    "work.REPARACION": Both("Reparac.", "Repair"),
    "work.APROBADO": Both("Aprobado", "Approved"),
    "work.RECHAZADO": Both("Rechazado", "Rejected"),
    "work.total": Both("TOTAL", "TOTAL"),
    "work.short.ARM": Both("ARM", "FIT"),
    "work.short.SOLD": Both("SOLD", "WELD"),
    "work.short.REPARACION": Both("REP", "REP"),
    "work.short.APROBADO": Both("APROB", "APPR"),
    "work.short.RECHAZADO": Both("RECH", "REJ"),
}
