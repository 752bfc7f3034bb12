// The storage of one typed column.

/// One column of a batch: a slot and a null flag for each record.
///
/// Owned by its batch and never resized; what a slot means is told by `type`.
/// Kernels write through the pointers; a slot whose null flag is set has no meaning.
public final class Column {
  /// What the slots hold.
  public let type: ValueType
  /// One slot a record; as many as the batch's capacity.
  public let slots: UnsafeMutablePointer<Int64>
  /// True where there is no value.
  public let nulls: UnsafeMutablePointer<Bool>

  init(type: ValueType, capacity: Int) {
    self.type = type
    slots = .allocate(capacity: capacity)
    slots.initialize(repeating: 0, count: capacity)
    nulls = .allocate(capacity: capacity)
    nulls.initialize(repeating: true, count: capacity)
  }

  deinit {
    slots.deallocate()
    nulls.deallocate()
  }
}
