import ArgumentParser
import Farm

/// A size with its unit, as playbooks write it.
struct SizeArgument: ExpressibleByArgument {
    let value: ByteCount

    init?(argument: String) {
        guard let value = try? ByteCount(parsing: argument) else { return nil }
        self.value = value
    }
}
