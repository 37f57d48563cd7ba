/// The farm file of simulated phones.
enum FarmFile {
    /// `sim-001` and so on; all numbers have the same number of digits, three at least.
    static func names(_ count: Int, prefix: String) -> [String] {
        let width = max(3, String(count).count)
        return (0..<count).map { "\(prefix)-" + String($0 + 1).leftPadded(to: width, with: "0") }
    }

    static func text(_ phones: [SimulatedPhone]) -> String {
        var text = "# Phones that are simulated by drover.\nphones:\n"
        for phone in phones {
            guard let address = phone.address else { continue }
            let fault = phone.fault.map { "  # fault: \($0)" } ?? ""
            text += "  \(phone.name): { adb: \"tcp:\(address)\", labels: [\(phone.profile.name)] }\(fault)\n"
        }
        return text
    }
}
