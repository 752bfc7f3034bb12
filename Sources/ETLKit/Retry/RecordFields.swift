// The fields of one raw record by name, for people to look at. Loading never uses this.

internal import Foundation
internal import Records

/// Splits a raw record for display.
enum RecordFields {
  /// The fields with their names and faults; none if the file's header is not known.
  ///
  /// The dialect is what `RecordForm.note(on:)` gave.
  static func split(
    raw: Data, header: [String], dialect: String?, faults: [RecordFault]
  ) -> [RecordField] {
    guard let text = RecordText(names: header, dialect: dialect),
      let values = text.values([UInt8](raw))
    else { return [] }
    return values.enumerated().map { index, value in
      let name = text.name(of: index)
      let fault = faults.first { fault in
        fault.position.map { $0 == index + 1 } ?? (fault.column == name)
      }
      return RecordField(name: name, value: value, fault: fault.map(FaultText.sentence))
    }
  }
}
