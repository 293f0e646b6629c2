"""Kiosk mode: leaving the program, supervisors' PINs, what a terminal needs, and what is said after a failure."""

from typing import Final

from kiosk.words.both import Both

TEXTS: Final = {
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
}
