"""What each command does, as printed on its label and told by the help; and what `kiosk labels` says."""

from typing import Final

from kiosk.words.both import Both

TEXTS: Final = {
    "command.TOMAR": Both("TOMAR", "TAKE"),
    "command.TOMAR.what": Both("Tome el spool que escaneó", "Take the spool you scanned"),
    "command.PAUSAR": Both("PAUSAR", "PAUSE"),
    "command.PAUSAR.what": Both(
        "Déjelo a medias: queda libre para otra persona", "Put it down half done: it is free for others"
    ),
    "command.COMPLETAR": Both("COMPLETAR", "COMPLETE"),
    "command.COMPLETAR.what": Both("Termine la operación del spool", "Finish the operation on the spool"),
    "command.CANCELAR": Both("CANCELAR", "CANCEL"),
    "command.CANCELAR.what": Both(
        "Devuelva el spool como estaba antes de tomarlo", "Give the spool back as it was before you took it"
    ),
    "command.EXTENDER": Both("EXTENDER", "EXTEND"),
    "command.EXTENDER.what": Both("Renueve el plazo del spool que tiene", "Renew your time on the spool you hold"),
    "command.DESHACER": Both("DESHACER", "UNDO"),
    "command.DESHACER.what": Both(
        "Anule lo último que hizo, antes de 30 segundos", "Undo the last thing you did, within 30 seconds"
    ),
    "command.ARM": Both("ARMADO", "FIT-UP"),
    "command.ARM.what": Both("Elija el armado", "Choose the fit-up"),
    "command.SOLD": Both("SOLDADURA", "WELDING"),
    "command.SOLD.what": Both("Elija la soldadura", "Choose the welding"),
    "command.METROLOGIA": Both("METROLOGÍA", "INSPECTION"),
    "command.METROLOGIA.what": Both("Vea los spools que esperan inspección", "See the spools that await inspection"),
    "command.REPARACION": Both("REPARACIÓN", "REPAIR"),
    "command.REPARACION.what": Both(
        "Elija la reparación, o vea los spools que la esperan", "Choose the repair, or see the spools that await one"
    ),
    "command.APROBADO": Both("APROBADO", "APPROVED"),
    "command.APROBADO.what": Both("Apruebe el spool que escaneó", "Approve the spool you scanned"),
    "command.RECHAZADO": Both("RECHAZADO", "REJECTED"),
    "command.RECHAZADO.what": Both(
        "Rechace el spool que escaneó y diga el motivo", "Reject the spool you scanned and say why"
    ),
    "command.LIBERAR": Both("LIBERAR", "RELEASE"),
    "command.LIBERAR.what": Both(
        "Quite el spool a quien lo tiene, con motivo", "Free a spool from its holder; say why"
    ),
    "command.DESBLOQUEAR": Both("DESBLOQUEAR", "UNBLOCK"),
    "command.DESBLOQUEAR.what": Both("Permita una reparación más, con motivo", "Allow one more repair cycle; say why"),
    "command.NOTA": Both("NOTA", "NOTE"),
    "command.NOTA.what": Both("Agregue una nota al último spool escaneado", "Add a note to the spool scanned last"),
    "command.SI": Both("SÍ", "YES"),
    "command.SI.what": Both("Responda que sí", "Answer yes"),
    "command.NO": Both("NO", "NO"),
    "command.NO.what": Both("Responda que no", "Answer no"),
    "command.SALIR": Both("SALIR", "LEAVE"),
    "command.SALIR.what": Both("Vuelva al inicio: la terminal queda libre", "Back to the start: the terminal is free"),
    "command.TABLERO": Both("TABLERO", "BOARD"),
    "command.TABLERO.what": Both("Vea quién tiene qué spool ahora", "See who has which spool now"),
    "command.HISTORIA": Both("HISTORIA", "HISTORY"),
    "command.HISTORIA.what": Both("Vea todo sobre el último spool escaneado", "See all about the spool scanned last"),
    "command.LOTE": Both("LOTE", "BATCH"),
    "command.LOTE.what": Both("Empiece o termine un lote de spools", "Begin or end a batch of spools"),
    "command.SUPERVISOR": Both("SUPERVISOR", "SUPERVISOR"),
    "command.SUPERVISOR.what": Both("Vea lo que espera una decisión suya", "See what waits for your decision"),
    "command.AYUDA": Both("AYUDA", "HELP"),
    "command.AYUDA.what": Both("Vea las teclas y los códigos de la pantalla", "See the keys and codes of the screen"),
    "command.LECTOR": Both("LECTOR", "SCANNER"),
    "command.LECTOR.what": Both("Vea qué escribe el lector, tecla por tecla", "See what the scanner types, key by key"),
    "command.CERRAR": Both("CERRAR", "CLOSE"),
    "command.CERRAR.what": Both("Pida cerrar el programa: credencial y PIN", "Ask to close the program: badge and PIN"),
    "command.ESTADO": Both("ESTADO", "STATE"),
    "command.ESTADO.what": Both("Cambie qué spools muestra el tablero", "Change which spools the board shows"),
    "command.ORDEN": Both("ORDEN", "ORDER"),
    "command.ORDEN.what": Both("Cambie el orden del tablero", "Change the order of the board"),
    "command.SUBIR": Both("SUBIR", "UP"),
    "command.SUBIR.what": Both("Suba en la lista", "Move up in the list"),
    "command.BAJAR": Both("BAJAR", "DOWN"),
    "command.BAJAR.what": Both("Baje en la lista", "Move down in the list"),
    "command.CHOICE": Both("NÚMERO", "NUMBER"),
    "command.CHOICE.what": Both(
        "Responda con el número de la respuesta que ve", "Answer with the number of the answer you see"
    ),
    "command.TECLADO": Both("TECLADO", "KEYBOARD"),
    "command.TECLADO.what": Both(
        "Revise si lector y terminal usan el mismo teclado", "Check that scanner and terminal use one keyboard"
    ),
    "labels.for_all": Both("Para todos", "For everybody"),
    "labels.how": Both(
        "Escanee su credencial. Después, el spool. Después, la orden.",
        "Scan your badge. Then the spool. Then the command.",
    ),
    "labels.group.work": Both("Trabajar", "Work"),
    "labels.group.operation": Both("Elegir la operación", "Choose the operation"),
    "labels.group.inspect": Both("Inspeccionar", "Inspect"),
    "labels.group.supervise": Both("Supervisar", "Supervise"),
    "labels.group.answer": Both("Responder", "Answer"),
    "labels.group.look": Both("Mirar y anotar", "Look and note"),
    "labels.group.board": Both("Tablero y listas", "Board and lists"),
    "labels.group.terminal": Both("La terminal", "The terminal"),
    "labels.ot": Both("OT {ot}", "OT {ot}"),
    "labels.nv": Both("NV {nv}", "NV {nv}"),
    "labels.making": Both("Etiquetas", "Labels"),
    "labels.done": Both(
        "{badges} credenciales, {commands} hojas u órdenes y {spools} etiquetas de spool: {count} páginas en {file}",
        "{badges} badges, {commands} sheets or commands and {spools} spool labels: {count} pages in {file}",
    ),
    "labels.print_at_size": Both(
        "Imprima al 100 %, sin ajustar a la página", "Print at 100 %, without fitting to the page"
    ),
    "labels.left_out": Both("«{text}» queda fuera: {reason}", "“{text}” is left out: {reason}"),
    "labels.left_out_count": Both("{count} etiquetas quedaron fuera", "{count} labels were left out"),
    "labels.left_out_count.one": Both("{count} etiqueta quedó fuera", "{count} label was left out"),
    "labels.not_ascii": Both("Code 128 no tiene el carácter «{char}»", "Code 128 lacks the character “{char}”"),
    "labels.too_narrow": Both(
        "necesita un papel de al menos {needed} mm de largo, y este tiene {width} mm",
        "it needs paper at least {needed} mm long, and this is {width} mm",
    ),
    "labels.fine_bars": Both(
        "{count} códigos tienen barras de menos de {limit} mm: imprima a 300 dpi o más, o use un papel más largo",
        "{count} codes have bars under {limit} mm: print at 300 dpi or more, or use longer paper",
    ),
    "labels.fine_bars.one": Both(
        "{count} código tiene barras de menos de {limit} mm: imprima a 300 dpi o más, o use un papel más largo",
        "{count} code has bars under {limit} mm: print at 300 dpi or more, or use longer paper",
    ),
    "labels.letters": Both(
        "«{text}» tiene letras que aquí no se imprimen: queda «{shown}»",
        "“{text}” has letters that cannot be printed here: it becomes “{shown}”",
    ),
    "reason.NADA_QUE_IMPRIMIR": Both("no hay nada que imprimir", "there is nothing to print"),
    "reason.NO_ES_PAPEL": Both(
        "no es a4 ni ANCHOxALTO en mm, entre {shortest} y {longest}, por ejemplo 62x29",
        "it is not a4 or WIDTHxHEIGHT in mm, between {shortest} and {longest}, for example 62x29",
    ),
    "reason.DEMASIADAS_PAGINAS": Both(
        "son {pages} páginas y en un archivo caben {most}: pida los spools por partes, "
        "--what spools --from 1 --count {most}, y siga desde ahí",
        "these are {pages} pages and a file takes {most}: ask for the spools in parts, "
        "--what spools --from 1 --count {most}, and go on from there",
    ),
}
