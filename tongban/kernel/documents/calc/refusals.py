"""Why a file is not taken: in Chinese and in English, each with what the person can do. `{n}` is how many, `{most}` the limit."""

_PRINT = ("请打印为普通 PDF 后再上传。", "Print it to a plain PDF and upload that.")
_AGAIN = ("请重新扫描或者导出后再上传。", "Scan or export it again.")
_PHOTO = ("请重新拍照或者截图后再上传。", "Take the picture again, or a screenshot of it, and upload that.")
_SMALLER = ("请缩小后再上传。", "Make it smaller.")

# word of the child → what is the matter (behind the file's name), and what to do
REFUSALS: dict[str, tuple[str, str, str, str]] = {
    "damaged": ("打不开，可能已经损坏。", "cannot be opened; it may be damaged.", *_AGAIN),
    "limits": (
        "太复杂，不能安全打开。",
        "is too complicated to be opened safely.",
        "请打印为普通 PDF，或者扫描成图片后再上传；也可以到大厅交纸质材料。",
        "Print it to a plain PDF or scan it, and upload that; or hand in paper at a hall.",
    ),
    "encrypted": (
        "设了密码或者加了密，办事人员打不开。",
        "is encrypted or has a password, so officers could not open it.",
        "请去掉密码，另存为普通 PDF 后再上传。",
        "Remove the password, save it as a plain PDF and upload that.",
    ),
    "script": ("含有脚本，不能使用。", "contains scripts.", *_PRINT),
    "program": ("打开时会启动别的程序，不能使用。", "would start a program when it is opened.", *_PRINT),
    "attachment": (
        "里面还附带了别的文件。",
        "carries other files inside.",
        "请把附带的文件取出来分别上传，并把本文件打印为普通 PDF。",
        "Upload the files inside separately, and print this one to a plain PDF.",
    ),
    "form": ("是动态表单，打开时内容会变。", "is a dynamic form, which changes when it is opened.", *_PRINT),
    "sends": (
        "会向别处发送或者读取内容，不能使用。",
        "would send its content elsewhere or fetch some.",
        *_PRINT,
    ),
    "media": ("含有音频、视频或者三维内容，不能使用。", "contains sound, film or 3D content.", *_PRINT),
    "automatic": ("打开时会自动执行动作，不能使用。", "contains automatic actions.", *_PRINT),
    "link": (
        "含有不安全的链接（不是网页、邮箱或者电话）。",
        "contains an unsafe link (not to a web page, a mailbox or a telephone).",
        *_PRINT,
    ),
    "packed": (
        "的内容压缩得不正常，不能检查。",
        "is packed in an unusual way and cannot be checked.",
        *_PRINT,
    ),
    "second_file": (
        "里面还藏着另一个文件或者网页。",
        "has another file or page hidden in it.",
        "请重新扫描、拍照或者打印为普通 PDF 后再上传。",
        "Scan it, take the picture again, or print it to a plain PDF, and upload that.",
    ),
    "markup": ("的附加信息里含有网页代码。", "has code in its notes.", *_PHOTO),
    "animated": (
        "是动画，办事人员只能看到一帧。",
        "is animated, and officers would see one picture of it.",
        *_PHOTO,
    ),
    "pixels": ("的尺寸太大。", "has too many pixels.", *_SMALLER),
    "page_size": (
        "的页面大小不正常。",
        "has a page of an impossible size.",
        "请按 A4 等常用纸张打印为 PDF 后再上传。",
        "Print it to a PDF of a usual paper size such as A4.",
    ),
    "pages": ("有 {n} 页。", "has {n} pages.", "每个文件最多 {most} 页。", "{most} pages at most."),
}
