import Lanes

/// The farm file of simulated phones.
enum FarmFile {
    /// `sim-001` and so on; all numbers have the same number of digits, three at least.
    static func names(_ count: Int, prefix: String) -> [String] {
        let width = max(3, String(count).count)
        return (0..<count).map { "\(prefix)-" + String($0 + 1).leftPadded(to: width, with: "0") }
    }

    static func text(_ phones: [SimulatedPhone]) -> String {
        var text = "# Phones that are simulated by drover.\nphones:\n"
        var rest = phones[...]
        while let first = rest.first {
            let row = rest.prefix(rowLength(rest))
            rest = rest.dropFirst(row.count)
            guard let address = first.address, let last = row.last else { continue }
            let fault = first.fault.map { "  # fault: \($0)" } ?? ""
            let port = Int(address.port)
            let (name, ports) =
                row.count == 1
                ? (first.name, "\(port)") : (range(first.name, last.name), "[\(port)-\(port + row.count - 1)]")
            let adb = "tcp:\(address.host):\(ports)"
            text += "  \(name): { adb: \"\(adb)\", labels: [\(first.profile.name)] }\(fault)\n"
        }
        return text
    }

    /// How many phones from the first on differ in nothing but a number that goes up by one.
    private static func rowLength(_ phones: ArraySlice<SimulatedPhone>) -> Int {
        guard let first = phones.first, let address = first.address else { return 1 }
        let row = phones.enumerated().prefix { index, phone in
            phone.address?.port == UInt16(exactly: Int(address.port) + index)
                && phone.profile.name == first.profile.name
                && phone.fault == first.fault
        }
        return max(1, row.count)
    }

    /// `sim-[001-100]`; both names have the same number of digits.
    private static func range(_ first: String, _ last: String) -> String {
        guard let dash = first.lastIndex(of: "-") else { return first }
        let start = first.index(after: dash)
        return "\(first[..<start])[\(first[start...])-\(last[start...])]"
    }
}
