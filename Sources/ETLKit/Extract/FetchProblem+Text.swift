// The words for everything that can go wrong while fetching; nowhere else.

extension FetchProblem {
  /// The words.
  var text: ErrorText {
    switch self {
    case .notFound, .noMatch, .isFolder, .notAFile, .unreadable, .readBroke, .changedMidway,
      .noInput:
      fileText
    case .diskFull, .storeRefused, .blobMissing, .blobDamaged:
      blobText
    case .archiveCut, .archiveCorrupt, .notGzip:
      archiveText
    case .zipCorrupt, .zipUnsupported, .notZip, .memberUnclear, .memberMissing:
      zipText
    case .database(let path, let detail, let isBusy):
      ErrorText(
        "the database cannot be read: \(detail)", code: "fetch.database", places: [path],
        fix: isBusy ? "try again when its other user is done" : "try it: sqlite3 -readonly \(path)")
    case .notOneSelect(let path):
      ErrorText(
        "the query of the source is not one SELECT", code: "fetch.query", places: [path],
        fix: "write a single SELECT under query, or name a table")
    case .repeated(let last, let attempts):
      last.text.adding("tried \(attempts) times")
    default:
      webText
    }
  }

  private var fileText: ErrorText {
    switch self {
    case .notFound(let path):
      ErrorText(
        "there is no file \(path)", code: "fetch.not_found", places: [path],
        fix: "put the file there, or correct the path of the source")
    case .noMatch(let pattern, let folder, true):
      ErrorText(
        "no file matches \(pattern)", code: "fetch.not_found", places: [folder],
        fix: "ls \(folder)")
    case .noMatch(let pattern, let folder, false):
      ErrorText(
        "no file matches \(pattern): there is no folder \(folder)", code: "fetch.not_found",
        places: [folder], fix: "make the folder, or correct the path of the source")
    case .isFolder(let path):
      ErrorText(
        "\(path) is a folder, a file was expected", code: "fetch.folder", places: [path],
        fix: "write a pattern for the files in it, such as \(path)/*.csv")
    case .notAFile(let path, let kind):
      ErrorText(
        "\(path) is \(kind.rawValue), a plain file was expected", code: "fetch.not_a_file",
        places: [path], fix: "read it through standard input: --source NAME=- < \(path)")
    case .unreadable(let path, let reason):
      ErrorText(
        "\(path) cannot be read: \(reason.words)", code: "fetch.unreadable", places: [path],
        fix: "ls -l \(path)")
    case .readBroke(let path, let reason):
      ErrorText(
        "reading \(path) broke: \(reason.words)", code: "fetch.io", places: [path],
        fix: "check the disk, then run again")
    case .changedMidway(let path):
      ErrorText(
        "\(path) changed while it was read", code: "fetch.changed_midway", places: [path],
        fix: "wait until it is written, or let its writer rename it into place when it is whole")
    case .noInput(let isTerminal):
      ErrorText(
        isTerminal
          ? "standard input is a terminal, data were expected" : "standard input is closed",
        code: "fetch.no_input", fix: "give it data: etl-tui run NAME < FILE")
    default: webText
    }
  }

  private var blobText: ErrorText {
    switch self {
    case .diskFull(let folder, let written):
      ErrorText(
        "no space left for fetched files after \(Self.bytes(written)); nothing was kept",
        code: "fetch.disk_full", places: [folder], fix: "make room on the disk: df -h \(folder)")
    case .storeRefused(let path, let reason):
      ErrorText(
        "fetched files cannot be stored: \(reason.words)", code: "fetch.store", places: [path],
        fix: "make the workspace writable for the user that runs etl-tui")
    case .blobMissing(let path, let uri):
      ErrorText(
        "the stored copy of \(uri) is gone", code: "fetch.blob_missing", places: [path],
        fix: "run again: it is fetched anew")
    case .blobDamaged(let path, let expected, let found):
      ErrorText(
        "a stored file has \(Self.bytes(found)), \(Self.bytes(expected)) were stored",
        code: "fetch.blob_damaged", places: [path],
        fix: "delete it and run again: it is fetched anew")
    default: webText
    }
  }

  private var archiveText: ErrorText {
    switch self {
    case .archiveCut(let uri, let packed):
      ErrorText(
        "the gzip archive is cut short: its end mark is missing after \(Self.bytes(packed))",
        code: "archive.corrupt", places: [uri], fix: "get a whole copy of it: gzip -t tells")
    case .archiveCorrupt(let uri, let offset, let detail):
      ErrorText(
        "the gzip archive is damaged at packed byte \(offset): \(detail)", code: "archive.corrupt",
        places: [uri], fix: "get a whole copy of it: gzip -t tells")
    case .notGzip(let uri):
      ErrorText(
        "gzip was declared, but the first bytes are not those of gzip", code: "archive.corrupt",
        places: [uri], fix: "remove the declared packing, or get the packed file")
    default: webText
    }
  }

  private var zipText: ErrorText {
    switch self {
    case .zipCorrupt(let uri, let detail):
      ErrorText(
        "the zip archive is damaged: \(detail)", code: "archive.corrupt", places: [uri],
        fix: "get a whole copy of it: unzip -t tells")
    case .zipUnsupported(let uri, let detail):
      ErrorText(
        "the zip archive cannot be read: \(detail)", code: "archive.unsupported", places: [uri],
        fix: "unpack it first, or have it packed with gzip")
    case .notZip(let uri):
      ErrorText(
        "a zip archive was declared, but the first bytes are not those of one",
        code: "archive.corrupt", places: [uri],
        fix: "remove the declared packing, or get the packed file")
    case .memberUnclear(let uri, let members):
      ErrorText(
        members.isEmpty
          ? "the archive holds no file"
          : "the archive holds \(members.count) files, and the source does not say which is meant:"
            + " \(ContractProblem.list(members))",
        code: "archive.member", places: [uri],
        fix: members.isEmpty
          ? "check what writes it" : "write format: member: with a name or a pattern such as *.csv")
    case .memberMissing(let uri, let member, let members):
      ErrorText(
        "the archive has no \(ContractProblem.quoted(member)); it has \(ContractProblem.list(members))",
        code: "archive.member_missing", places: [uri],
        fix: "correct member in format; it is a whole path, or a pattern such as *.csv")
    default: webText
    }
  }

  private var webText: ErrorText {
    switch self {
    case .badAddress(let address):
      ErrorText(
        "\"\(address)\" is not an address to fetch from", code: "fetch.address",
        fix: "write http://host/path or https://host/path")
    case .timeout(let url, let seconds):
      ErrorText(
        "nothing came for \(Self.seconds(seconds))", code: "fetch.timeout", places: [url],
        fix: "try again later, or raise fetch.timeout")
    case .hostNotFound(let url, let host):
      ErrorText(
        "the name \(host) could not be resolved", code: "fetch.dns", places: [url],
        fix: "check the name and the network: getent hosts \(host)")
    case .connection(let url, let detail):
      ErrorText(
        "the connection was refused or broke: \(detail)", code: "fetch.reset", places: [url],
        fix: "try again later")
    case .tls(let url, let detail):
      ErrorText(
        "no safe connection: \(detail)", code: "fetch.tls", places: [url],
        fix: "check the server's certificate and this machine's clock and list of authorities")
    case .status(let url, let code):
      Self.text(ofStatus: code, url)
    case .patience(let url, let code, let nextTry):
      ErrorText(
        "the server asks for patience (HTTP \(code)) until \(HTTPDate.words(nextTry))",
        code: code == 429 ? "fetch.429" : "fetch.5xx", places: [url],
        fix: "run again after \(HTTPDate.words(nextTry))")
    case .truncated(let url, let expected, let received):
      ErrorText(
        "the answer ended after \(Self.bytes(received))"
          + (expected.map { ", \(Self.bytes($0)) were announced" } ?? " before its own end"),
        code: "fetch.truncated", places: [url], fix: "try again later")
    case .tooLarge(let url, let limit, let announced):
      ErrorText(
        (announced.map { "the answer has \(Self.bytes($0))" } ?? "the answer goes on")
          + ", at most \(Self.bytes(limit)) are allowed",
        code: "fetch.too_large", places: [url], fix: "raise fetch.max_bytes")
    case .tooManyRedirects(let url, let limit):
      ErrorText(
        "more than \(limit) redirect\(limit == 1 ? "" : "s")", code: "fetch.redirect",
        places: [url], fix: "write the final address, or raise fetch.max_redirects")
    case .badRedirect(let url, let target):
      ErrorText(
        "redirected to " + (target.map { "\"\($0)\"" } ?? "nowhere")
          + ", an address with http or https was expected",
        code: "fetch.redirect", places: [url], fix: "write the final address")
    case .downgrade(let url, let target):
      ErrorText(
        "redirected from https to http, which is not followed: \(target)", code: "fetch.redirect",
        places: [url], fix: "write the final address if it is to be trusted")
    case .transport(let url, let detail):
      ErrorText(
        "the transfer broke: \(detail)", code: "fetch.unknown", places: [url],
        fix: "try again later")
    default:
      ErrorText("the source could not be read", code: "fetch.unknown")
    }
  }

  private static func text(ofStatus code: Int, _ url: String) -> ErrorText {
    let (what, fix): (String, String) =
      switch code {
      case 401, 403: ("the server does not let us read it", "check the address and its headers")
      case 404: ("the server has no such file", "correct the address of the source")
      case 410: ("the file is gone for good", "find its new address")
      case 408: ("the server lost patience", "try again later")
      case 429: ("the server asks for fewer requests", "try again later")
      case 500..<600: ("the server is in trouble", "try again later")
      case 300..<400: ("the server answered without a file", "try again later")
      default: ("the server refused", "check the address and its headers")
      }
    let family =
      switch code {
      case 500..<600: "5xx"
      case 400..<500: "\(code)"
      default: "unknown"
      }
    return ErrorText(
      "\(what) (HTTP \(code))", code: "fetch.\(family)", places: [url], fix: fix)
  }

  /// A count of bytes with its unit: "1,204 bytes".
  static func bytes(_ count: Int) -> String {
    "\(grouped(count)) byte\(count == 1 ? "" : "s")"
  }

  private static func grouped(_ number: Int) -> String {
    let digits = String(number)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }

  static func seconds(_ seconds: Double) -> String {
    let isWhole = seconds == seconds.rounded() && abs(seconds) < 1e9
    return isWhole ? "\(Int(seconds)) s" : "\((seconds * 100).rounded() / 100) s"
  }
}

extension ErrorText {
  /// The same with a remark at the end of its sentence.
  func adding(_ remark: String) -> ErrorText {
    var text = self
    text.what += "; \(remark)"
    return text
  }
}
