"""What `--help` says of each command (`help.COMMAND`) and option (`help.COMMAND.OPTION`, else `help.OPTION`)."""

from typing import Final

from kiosk.words.both import Both

TEXTS: Final = {
    "help.kiosk": Both(
        "¿Quién tiene qué spool? Sin orden, abre la pantalla completa.",
        "Who has which spool? Without a command, shows the full screen.",
    ),
    "help.demo": Both("Usar la planta de ejemplo aunque haya otra", "Use the sample plant even if there is another"),
    "help.tag": Both("El tag del spool", "The spool's tag"),
    "help.worker": Both("El número del trabajador", "The worker's number"),
    "help.as_json": Both("Un documento JSON en la salida", "One JSON document on stdout"),
    "help.request_id": Both("Repetir la orden con él no actúa dos veces", "A repeat with the same one acts once"),
    "help.motivo": Both("Por qué; queda en la historia", "Why; it stays in the history"),
    "help.tomar": Both("Tomar uno o más spools para una operación.", "Take one or more spools for an operation."),
    "help.tags": Both("Uno o más tags (hasta 50: un lote)", "One or more tags (up to 50: a batch)"),
    "help.operacion": Both("ARM, SOLD o REPARACION", "ARM, SOLD or REPARACION"),
    "help.pausar": Both(
        "Dejar el spool a medias, libre para otra persona.", "Put the spool down half done, free for another person."
    ),
    "help.completar": Both(
        "Terminar la operación; con --resultado, inspeccionar el spool.",
        "Finish the operation; with --resultado, inspect the spool.",
    ),
    "help.fecha": Both("Si falta, hoy", "Today when it is missing"),
    "help.resultado": Both("METROLOGIA: APROBADO o RECHAZADO", "METROLOGIA: APROBADO or RECHAZADO"),
    "help.cancelar": Both(
        "Deshacer la toma: la operación vuelve a como estaba.",
        "Undo the take: the operation returns to what it was.",
    ),
    "help.extender": Both("Renovar el plazo de la toma.", "Renew the time of the lock."),
    "help.liberar": Both(
        "Quitar el spool a quien lo tenga (supervisores).", "Release the spool from its holder (supervisors)."
    ),
    "help.desbloquear": Both(
        "Permitir una reparación más a un spool BLOQUEADO (supervisores).",
        "Allow a BLOQUEADO spool one more repair (supervisors).",
    ),
    "help.nota": Both("Anotar algo en la historia del spool.", "Write a note into the spool's history."),
    "help.texto": Both("Lo que se anota", "The note"),
    "help.status": Both("Cómo está un spool y quién lo tiene.", "The state of a spool and who holds it."),
    "help.board": Both("Quién tiene qué, ahora.", "Who has what, now."),
    "help.everything": Both("También los spools libres", "Free spools too"),
    "help.history": Both("Todo lo que pasó con un spool.", "Everything that happened to a spool."),
    "help.watch": Both(
        "Lo que pasa, mientras pasa: una línea por evento, hasta Ctrl+C.",
        "The events as they happen, one a line, until Ctrl+C.",
    ),
    "help.after": Both("Solo lo posterior a este número", "Only what follows this number"),
    "help.load": Both(
        "Cargar una planta, o ponerla al día. Lo que el taller ya hizo no se toca.",
        "Load a plant, or bring it up to date. What the shop has done stays as it is.",
    ),
    "help.path": Both("operaciones.csv, trabajadores.csv, roles.csv", "operaciones.csv, trabajadores.csv, roles.csv"),
    "help.copy": Both(
        "Copiar la planta, con sus tomas y su historia, a otro registro: de un archivo a Redis, o de vuelta.",
        "Copy the plant, with its locks and its history, to another ledger: from a file to Redis, or back.",
    ),
    "help.to": Both("El registro vacío que recibe la copia", "The empty ledger that receives the copy"),
    "help.to_site": Both("Su planta; si falta, la misma", "Its plant; the same when it is missing"),
    "help.sync": Both(
        "Llevar a la planilla de la oficina lo que hace el taller, y leer de ella la planta, hasta Ctrl+C.",
        "Mirror the shop's work into the office's sheet, and read the plant from it, until Ctrl+C.",
    ),
    "help.once": Both("Solo lo que espera ahora, y terminar", "Only what waits now, then end"),
    "help.pull": Both(
        "Cargar la planta desde la planilla de la oficina. Lo que el taller ya hizo no se toca.",
        "Load the plant from the office's sheet. What the shop has done stays as it is.",
    ),
    "help.anew": Both(
        "Empezar un registro nuevo aunque la planilla tenga la historia de otro",
        "Begin a new ledger even if the sheet has the history of another",
    ),
    "help.sheet-template": Both(
        "Preparar una planilla vacía: hojas, encabezados y validación. Lo que tiene contenido no se toca.",
        "Prepare an empty sheet: worksheets, headers and validation. What has content stays as it is.",
    ),
    "help.rebuild": Both(
        "Reconstruir de la planilla de la oficina un registro vacío, después de perder el que había.",
        "Rebuild an empty ledger from the office's sheet, after the ledger was lost.",
    ),
    "help.labels": Both(
        "Credenciales, hojas de órdenes y etiquetas de spools con su código de barras, para imprimir.",
        "Badges, command sheets and spool labels with their barcodes, to print.",
    ),
    "help.out": Both("El PDF que se escribe, entero o nada", "The PDF to write, whole or not at all"),
    "help.what": Both("badges, commands, spools o all", "badges, commands, spools or all"),
    "help.paper": Both("a4, o la etiqueta de un rollo en mm: 62x29", "a4, or a roll's label in mm: 62x29"),
    "help.labels.worker": Both("Solo su credencial", "Only this worker's badge"),
    "help.labels.tag": Both("Solo la etiqueta del spool", "Only this spool's label"),
    "help.role": Both("Solo lo de este rol", "Only what this role needs"),
    "help.first": Both("Spools desde el N.º por TAG", "Spools from the Nth by TAG"),
    "help.count": Both("Solo tantos spools", "Only so many spools"),
    "help.doctor": Both(
        "Revisar esta terminal: registro, ajustes, reloj y pantalla.",
        "Check this terminal: ledger, settings, clock and screen.",
    ),
    "help.pin": Both(
        "Dar a un supervisor el PIN que cierra el programa en esta terminal.",
        "Give a supervisor the PIN that closes the program on this terminal.",
    ),
    "help.remove": Both("Quitarle el PIN", "Remove the PIN"),
}
