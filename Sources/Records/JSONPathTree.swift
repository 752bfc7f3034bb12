// The wanted paths as a tree, so that one walk over an object finds them all.

struct JSONPathTree: Sendable {
  struct Node: Sendable {
    var children: [(key: [UInt8], node: Int)] = []
    /// The fields that stand here.
    var fields: [Int] = []
  }

  private(set) var nodes = [Node()]

  init(_ paths: [JSONPath]) {
    for (field, path) in paths.enumerated() {
      var node = 0
      for key in path.steps {
        if let known = nodes[node].children.first(where: { $0.key == key }) {
          node = known.node
        } else {
          nodes.append(Node())
          nodes[node].children.append((key, nodes.count - 1))
          node = nodes.count - 1
        }
      }
      nodes[node].fields.append(field)
    }
  }

  /// The child of that name, or nil.
  func child(of node: Int, named key: UnsafeBufferPointer<UInt8>) -> Int? {
    for child in nodes[node].children where TextBytes.equal(key, child.key) { return child.node }
    return nil
  }

  /// The child of an array at that place, or nil.
  func child(of node: Int, at index: Int) -> Int? {
    guard !nodes[node].children.isEmpty else { return nil }
    let key = Array("\(index)".utf8)
    return nodes[node].children.first { $0.key == key }?.node
  }
}
