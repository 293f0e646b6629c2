"""What frames every screen: the state of the terminal, the keys, the help, the scans that mean nothing here."""

from typing import Final

from kiosk.words.both import Both

TEXTS: Final = {
    # The frame
    "station": Both("Estación {station}", "Station {station}"),
    "demo": Both(
        "DEMO · datos de ejemplo, nada de esto es trabajo real", "DEMO · sample data, none of this is real work"
    ),
    "connecting": Both("abriendo el registro…", "opening the ledger…"),
    "disconnected": Both("SIN CONEXIÓN · datos de hace {age}", "NO CONNECTION · data from {age} ago"),
    "taken_count.one": Both("{count} tomado", "{count} taken"),
    "taken_count": Both("{count} tomados", "{count} taken"),
    "at_risk": Both("puede perder datos", "may lose data"),
    "past_lost": Both("EL REGISTRO PERDIÓ DATOS", "THE LEDGER LOST DATA"),
    "feed_jumped": Both(
        "El registro ya no tenía todos los avisos: el tablero se leyó de nuevo",
        "The ledger no longer had every notice: the board was read anew",
    ),
    "past.title": Both("EL REGISTRO PERDIÓ DATOS", "THE LEDGER LOST DATA"),
    "past.detail": Both(
        "Terminaba en el {known_seq} y ahora en el {found_seq}. ¿Aceptarlo como está?",
        "It ended at {known_seq} and now at {found_seq}. Accept it as it is?",
    ),
    "past.accept": Both("Aceptar", "Accept"),
    "past.refuse": Both("No, esperar", "No, wait"),
    "past.motive": Both("aceptado en la estación {station}", "accepted at station {station}"),
    "past.next": Both("Revise qué falta con la oficina", "Check with the office what is missing"),
    "too_small": Both(
        "Esta pantalla es de {width}x{height}; se necesitan 80x24", "This screen is {width}x{height}; 80x24 is needed"
    ),
    "idle": Both("Sin actividad: se cierra su sesión en {seconds} s", "Nobody here: logging you out in {seconds} s"),
    "key.ayuda": Both("Ayuda", "Help"),
    "key.lote": Both("Lote", "Batch"),
    "key.deshacer": Both("Deshacer", "Undo"),
    "key.historia": Both("Historia", "History"),
    "key.cola": Both("Cola", "Queue"),
    "key.supervisor": Both("Supervisor", "Supervisor"),
    "tip.ayuda": Both("Las teclas y códigos de esta pantalla", "The keys and codes of this screen"),
    "tip.lote": Both("Tomar hasta 50 spools de una vez", "Take up to 50 spools at once"),
    "tip.deshacer": Both("Deshacer lo último que usted hizo aquí", "Undo the last thing you did here"),
    "tip.historia": Both("Todo sobre el spool elegido", "Everything about the chosen spool"),
    "tip.cola": Both("Los spools que esperan su trabajo", "The spools that wait for your work"),
    "tip.supervisor": Both("Tomas vencidas, bloqueados y el registro", "Expired holds, blocked spools, the ledger"),
    "key.tomar": Both("Tomar", "Take"),
    "key.pausar": Both("Pausar", "Pause"),
    "key.completar": Both("Completar", "Complete"),
    "key.cancelar": Both("Cancelar", "Cancel"),
    "key.tablero": Both("Tablero", "Board"),
    "key.inicio": Both("Salir", "Leave"),
    "key.back": Both("Volver", "Back"),
    "key.choose": Both("Elegir", "Choose"),
    "quit_hint": Both("Para cerrar el programa: Ctrl+Q", "To close the program: Ctrl+Q"),
    "tip.choose": Both("Elegir la persona marcada", "Choose the marked person"),
    "tip.tomar": Both("Tomar el spool escaneado", "Take the scanned spool"),
    "tip.pausar": Both("Dejar el spool a medias, libre para otro", "Put the spool down half done, free for others"),
    "tip.completar": Both("Terminar la operación", "Finish the operation"),
    "tip.cancelar": Both("Devolver el spool como estaba", "Give the spool back as it was"),
    "tip.tablero": Both("Ver quién tiene qué", "See who has what"),
    "tip.inicio": Both("Salir al inicio", "Back to the start screen"),
    "tip.back": Both("Volver a la pantalla anterior", "Back to the screen before"),
    "unknown_code.title": Both("CÓDIGO DESCONOCIDO", "UNKNOWN CODE"),
    "unknown_code.detail": Both(
        "«{text}» no es un spool, una credencial ni una orden", "“{text}” is no spool, badge or command"
    ),
    "unknown_code.next": Both("Escanee otra vez", "Scan again"),
    "ambiguous.title": Both("¿CUÁL DE ELLOS?", "WHICH OF THEM?"),
    "ambiguous.detail": Both("«{text}» puede ser {tags}", "“{text}” may be {tags}"),
    "ambiguous.next": Both(
        "No se hizo nada. Escanee el código de calibración del teclado",
        "Nothing was done. Scan the keyboard calibration code",
    ),
    "not_here.title": Both("ESA ORDEN NO VA AQUÍ", "THAT COMMAND DOES NOTHING HERE"),
    "not_here.detail": Both("{text} no responde a nada en esta pantalla", "{text} answers nothing on this screen"),
    # Ayuda
    "ayuda.title": Both("Ayuda: teclas y códigos de barras", "Help: keys and barcodes"),
    "ayuda.remark": Both(
        "Cualquier otro código cierra la ayuda y vale enseguida", "Any other code closes the help and counts at once"
    ),
    "ayuda.here": Both("EN ESTA PANTALLA", "ON THIS SCREEN"),
    "ayuda.asked": Both("CUANDO SE LE PREGUNTA ALGO", "WHEN YOU ARE ASKED SOMETHING"),
    "ayuda.everywhere": Both("EN CUALQUIER PANTALLA", "ON ANY SCREEN"),
    "ayuda.badge": Both("credencial", "badge"),
    "ayuda.badge.what": Both("Esa persona trabaja ahora en esta terminal", "That person now works at this terminal"),
    "ayuda.tag": Both("etiqueta", "label"),
    "ayuda.tag.what": Both("Ese spool: lo toma, o ve qué se puede hacer", "That spool: take it, or see what to do"),
    "ayuda.type": Both("texto", "text"),
    "ayuda.type.what": Both("Todo código se puede escribir; Enter lo envía", "Every code can be typed; Enter sends it"),
    "ayuda.page": Both("RePág AvPág", "PgUp PgDn"),
    "ayuda.page.what": Both("Diez líneas más arriba o más abajo", "Ten lines up or down"),
    "tip.ask": Both("Preguntar qué hacer con el spool marcado", "Ask what to do with the marked spool"),
}
