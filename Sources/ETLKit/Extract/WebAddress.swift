// An address to fetch from, with its password kept apart from what is shown and stored.

import Foundation

/// An http or https address.
struct WebAddress: Hashable, Sendable {
  /// The address without user and password.
  var url: URL
  /// The header that user and password become.
  var credentials: [String: String] = [:]

  /// The address as it may be shown.
  var text: String { url.absoluteString }

  /// What must be equal for credentials to go along: scheme, host and port.
  var origin: String {
    let scheme = url.scheme?.lowercased() ?? ""
    let port = url.port ?? (scheme == "https" ? 443 : 80)
    return "\(scheme)://\(url.host?.lowercased() ?? ""):\(port)"
  }

  var isNamedGzip: Bool { url.path.lowercased().hasSuffix(".gz") }

  /// Reads an address; nil if it has no host or another scheme than http and https.
  init?(_ text: String) {
    guard var parts = URLComponents(string: text.trimmingCharacters(in: .whitespacesAndNewlines)),
      let scheme = parts.scheme?.lowercased(), scheme == "http" || scheme == "https",
      parts.host?.isEmpty == false
    else { return nil }
    if let user = parts.user {
      let pair = "\(user):\(parts.password ?? "")"
      credentials["Authorization"] = "Basic " + Data(pair.utf8).base64EncodedString()
    }
    parts.user = nil
    parts.password = nil
    parts.fragment = nil
    guard let url = parts.url else { return nil }
    self.url = url
  }

  /// Where a redirect leads.
  func following(_ location: String?) throws(FetchFailure) -> WebAddress {
    guard let location, !location.isEmpty,
      let target = URL(string: location, relativeTo: url)?.absoluteString,
      var next = WebAddress(target)
    else { throw .problem(.badRedirect(url: text, target: location)) }
    // What a server writes into an address is not what we were given for it.
    next.credentials = [:]
    if url.scheme?.lowercased() == "https", next.url.scheme?.lowercased() != "https" {
      throw .problem(.downgrade(url: text, target: next.text))
    }
    return next
  }
}
