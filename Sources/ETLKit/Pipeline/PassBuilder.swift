// A pass while the compiler makes it: columns are added as its steps need them.

import Records

/// A pass under construction: the batch's columns and the names they have at this point.
struct PassBuilder {
  var pass: PlanPass
  /// The columns by their names here, in order.
  var shape: [PlanColumn]

  init(source: SourceSpec, index: Int, sink: PlanPass.Sink) {
    pass = PlanPass(
      input: .source(index), types: [], inputColumns: [], sink: sink, outputColumns: [])
    shape = []
    for (declared, column) in source.columns.enumerated() {
      let spec = column.value
      let place = allocate(spec.type)
      pass.casts.append(PlanCast(spec: spec, declared: declared, column: place))
      shape.append(
        PlanColumn(
          name: spec.name, type: spec.type, isNullable: !spec.isRequired,
          origin: .init(source: source.name.value, column: spec.name), index: place))
    }
    pass.inputColumns = shape
    pass.operations = [.pass(stage: source.name.value)]
    pass.rest = source.rest
    guard let rest = source.rest else { return }
    shape.append(
      PlanColumn(
        name: rest.name.value, type: rest.column.type, isNullable: !rest.column.isRequired,
        origin: nil, isMany: true, index: -1))
  }

  init(gathered name: String, columns: [PlanColumn], sink: PlanPass.Sink) {
    pass = PlanPass(
      input: .gathered(name), types: [], inputColumns: [], sink: sink, outputColumns: [])
    shape = []
    for column in columns {
      var column = column
      column.index = allocate(column.type)
      shape.append(column)
    }
    pass.inputColumns = shape
  }

  mutating func allocate(_ type: ValueType) -> Int {
    pass.types.append(type)
    return pass.types.count - 1
  }

  var scopeColumns: [String: (column: Int, type: ValueType, isNullable: Bool)] {
    var result: [String: (column: Int, type: ValueType, isNullable: Bool)] = [:]
    for column in shape where !column.isMany {
      result[column.name] = (column.index, column.type, column.isNullable)
    }
    return result
  }

  func column(_ name: String) -> PlanColumn? { shape.first { $0.name == name } }
}
