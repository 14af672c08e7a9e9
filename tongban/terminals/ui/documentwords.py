"""What the documents of identity are called on pages."""

from tongban.kernel.identities.states import DocumentType
from tongban.terminals.ui.texts import later

DOCUMENTS = {
    DocumentType.RESIDENT: later("居民身份证"),
    DocumentType.HONG_KONG_MACAO: later("港澳居民来往内地通行证"),
    DocumentType.TAIWAN: later("台湾居民来往大陆通行证"),
    DocumentType.RESIDENCE: later("外国人永久居留身份证"),
    DocumentType.PASSPORT: later("护照"),
}
