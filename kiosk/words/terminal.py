"""The terminal itself: leaving the program, PINs, what is said after a failure, and the test of a scanner."""

from typing import Final

from kiosk.words.both import Both

TEXTS: Final = {
    # Kiosk mode: leaving, PINs, failures
    "salida.title": Both("CERRAR EL PROGRAMA", "CLOSE THE PROGRAM"),
    "salida.detail": Both("Solo un supervisor puede cerrarlo", "Only a supervisor can close it"),
    "salida.next": Both("Escanee su credencial de supervisor", "Scan your supervisor's badge"),
    "salida.pin.title": Both("ESCRIBA SU PIN, {nombre}", "TYPE YOUR PIN, {nombre}"),
    "salida.pin.detail": Both("Y pulse Enter. También puede escanearlo", "And press Enter. You may also scan it"),
    "salida.pin.next": Both("Esc vuelve sin cerrar", "Esc goes back without closing"),
    "salida.checking": Both("COMPROBANDO…", "CHECKING…"),
    "salida.wrong.title": Both("PIN INCORRECTO", "WRONG PIN"),
    "salida.wrong.detail.one": Both("Queda {count} intento", "{count} try is left"),
    "salida.wrong.detail": Both("Quedan {count} intentos", "{count} tries are left"),
    "salida.wrong.next": Both("Escriba su PIN otra vez", "Type your PIN again"),
    "salida.locked.title": Both("DEMASIADOS INTENTOS", "TOO MANY TRIES"),
    "salida.locked.detail": Both("Espere {seconds} s", "Wait {seconds} s"),
    "salida.locked.next": Both("Después, escanee su credencial otra vez", "Then scan your badge again"),
    "salida.nobody.title": Both("FALTA LA CREDENCIAL", "NO BADGE YET"),
    "salida.no_supervisor.title": Both("NO ES SUPERVISOR", "NOT A SUPERVISOR"),
    "salida.no_pin.title": Both("{nombre} NO TIENE PIN AQUÍ", "{nombre} HAS NO PIN HERE"),
    "salida.no_pin.detail": Both(
        "Se pone en esta terminal, por consola: kiosk pin --worker {worker_id}",
        "It is set on this terminal, from a shell: kiosk pin --worker {worker_id}",
    ),
    "salida.unreadable.title": Both("NO SE PUEDEN LEER LOS PIN", "THE PINS CANNOT BE READ"),
    "cli.pin_first": Both("PIN nuevo de {nombre}: ", "New PIN for {nombre}: "),
    "cli.pin_again": Both("Otra vez: ", "Again: "),
    "reason.PIN_DISTINTO": Both("no son iguales", "they are not the same"),
    "reason.CIFRAS_DEL_PIN": Both(
        "debe tener de {fewest} a {most} cifras, y nada más", "it must have {fewest} to {most} digits, and nothing else"
    ),
    "reason.NO_ES_ARCHIVO_DE_PIN": Both("{file} no es un archivo de PIN", "{file} is not a file of PINs"),
    "cli.pin_set": Both("{nombre} tiene PIN en esta terminal", "{nombre} has a PIN on this terminal"),
    "cli.pin_removed": Both(
        "{nombre} ya no tiene PIN en esta terminal", "{nombre} has no PIN on this terminal any more"
    ),
    "cli.pin_none": Both("{nombre} no tenía PIN en esta terminal", "{nombre} had no PIN on this terminal"),
    "cli.no_screen": Both(
        "Esta terminal (TERM={term}) no puede mostrar la pantalla completa: hace falta linux, xterm-256color o similar",
        "This terminal (TERM={term}) cannot show the full screen: it takes linux, xterm-256color or the like",
    ),
    "cli.encoding": Both(
        "La pantalla completa necesita UTF-8, no {encoding}: por ejemplo LANG=C.UTF-8",
        "The full screen needs UTF-8, not {encoding}: for example LANG=C.UTF-8",
    ),
    "crash.title": Both("UN MOMENTO: LA TERMINAL SE REINICIA", "ONE MOMENT: THE TERMINAL RESTARTS"),
    "crash.detail": Both(
        "Lo guardado está guardado. Vuelve en {seconds} s", "What was saved is saved. Back in {seconds} s"
    ),
    "crash.report": Both(
        "El programa falló. Lo guardado está guardado. El informe: {file}",
        "The program failed. What was saved is saved. The report: {file}",
    ),
    "crash.no_report": Both("ninguno, no se pudo escribir", "none, it could not be written"),
    "log.trouble": Both("El diario no se puede escribir: {reason}", "The log cannot be written: {reason}"),
    # Lector: what a scanner types, and what it became
    "lector.title": Both("Lector: aquí ningún código hace nada", "Scanner: no code does anything here"),
    "lector.hint": Both("Escanee cualquier código", "Scan any code"),
    "lector.recent": Both("Los últimos", "The last ones"),
    "lector.recent_count": Both("Los últimos ({count})", "The last ones ({count})"),
    "lector.column.came": Both("Llegó", "Came"),
    "lector.column.gaps": Both("ms mín/med/máx", "ms min/med/max"),
    "lector.column.ends": Both("Fin", "End"),
    "lector.column.prefix": Both("Prefijo", "Prefix"),
    "lector.column.became": Both("Resultó", "Became"),
    "lector.became": Both("→ {what}", "→ {what}"),
    "lector.how": Both(
        "fin {suffix} · prefijo {prefix} · ms entre teclas: {gaps} · {speed}",
        "end {suffix} · prefix {prefix} · ms between keys: {gaps} · {speed}",
    ),
    "lector.by_scanner": Both("lector", "scanner"),
    "lector.by_hand": Both("a mano", "by hand"),
    "lector.no_prefix": Both("ninguno", "none"),
    "lector.is_badge": Both("credencial {number}", "badge {number}"),
    "lector.is_command": Both("orden {name}", "command {name}"),
    "lector.is_choice": Both("respuesta {number}", "answer {number}"),
    "lector.is_spool": Both("spool {tag}", "spool {tag}"),
    "lector.is_ambiguous": Both("varios spools: {tags}", "several spools: {tags}"),
    "lector.is_nothing": Both("nada conocido: {text}", "nothing known: {text}"),
    "lector.is_calibration": Both("calibración: {verdict}", "calibration: {verdict}"),
    "lector.calibration.ok": Both("en orden", "in order"),
    "lector.calibration.unknown": Both("distribución desconocida", "unknown layout"),
    "lector.in_order.title": Both("LECTOR Y TERMINAL, EN ORDEN", "SCANNER AND TERMINAL IN ORDER"),
    "lector.in_order.detail": Both(
        "Los dos usan la misma distribución de teclado", "Both use the same keyboard layout"
    ),
    "lector.in_order.next": Both("No hay nada que cambiar", "There is nothing to change"),
    "lector.mismatch.title": Both("TECLADOS DISTINTOS", "DIFFERENT KEYBOARDS"),
    "lector.mismatch.detail": Both(
        "El lector escribe como en {scanner}; la terminal es de {terminal}. El manual del lector trae el código "
        "que lo cambia de país",
        "The scanner types as in {scanner}; the terminal is set to {terminal}. The scanner's manual has the code that "
        "changes its country",
    ),
    "lector.mismatch.next": Both(
        "Configure el lector en {terminal}, o ponga KIOSK_KEYBOARDS={pair}",
        "Set the scanner to {terminal}, or set KIOSK_KEYBOARDS={pair}",
    ),
    "lector.unknown.title": Both("DISTRIBUCIÓN DESCONOCIDA", "UNKNOWN LAYOUT"),
    "lector.unknown.detail": Both(
        "Llegó {text}: no es lector y terminal de EE. UU., España ni Latinoamérica",
        "{text} arrived: no US, Spanish or Latin American scanner and terminal send that",
    ),
    "lector.unknown.next": Both(
        "Con el manual del lector, páselo al país de la terminal",
        "With its manual, set the scanner to the terminal's country",
    ),
    "lector.saved.title": Both("GUARDADO EN UN ARCHIVO", "SAVED TO A FILE"),
    "lector.saved.next": Both("Envíelo a quien atiende la terminal", "Send it to whoever looks after the terminal"),
    "lector.not_saved.title": Both("NO SE PUDO GUARDAR", "COULD NOT SAVE"),
    "lector.not_saved.next": Both(
        "Revise la carpeta de datos (KIOSK_DATA_DIR)", "Check the data folder (KIOSK_DATA_DIR)"
    ),
    "lector.file.title": Both("Lector · estación {station} · {now}", "Scanner · station {station} · {now}"),
    "lector.file.pair": Both("Lector/terminal: {pair}", "Scanner/terminal: {pair}"),
    "lector.file.pair_unknown": Both("desconocido", "unknown"),
    "layout.us": Both("EE. UU.", "the US"),
    "layout.es": Both("España", "Spain"),
    "layout.latam": Both("Latinoamérica", "Latin America"),
    "key.guardar": Both("Guardar", "Save"),
    "tip.guardar": Both("Guardar todo en un archivo de texto", "Save everything to a text file"),
}
