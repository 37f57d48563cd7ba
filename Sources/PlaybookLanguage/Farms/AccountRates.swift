import Farm
import SourceText

/// Reads how often the services of accounts are asked: `account.sync-commands: 6/min`, among the farm's limits.
enum AccountRates {
    private static let keys = ["account.sync-commands", "account.writes", "account.reads"]

    static func read(_ node: Node?, _ diagnostics: inout Diagnostics) -> CloudAccount.Rates {
        var rates = CloudAccount.Rates()
        for entry in node?.mapping ?? [] where entry.name.hasPrefix("account.") {
            switch entry.name {
            case "account.sync-commands": rates.syncCommands = number(entry, per: "min", &diagnostics) ?? 6
            case "account.writes": rates.writes = number(entry, per: "min", &diagnostics) ?? 10
            case "account.reads": rates.reads = number(entry, per: "s", &diagnostics) ?? 5
            default:
                diagnostics.error(
                    "unknown-key", "`limits` has no key `\(entry.name)`", at: entry.key.span,
                    help: suggestion(for: entry.name, among: keys)
                        ?? "those of accounts are \(keys.joined(separator: ", "))")
            }
        }
        return rates
    }

    private static func number(
        _ entry: Node.Entry, per unit: String, _ diagnostics: inout Diagnostics
    ) -> Int? {
        let parts = (entry.value.text ?? "").split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1] == unit, let number = Int(parts[0]), (1...10_000).contains(number) else {
            diagnostics.error(
                "wrong-type", "`\(entry.name)` is a number of calls in a \(unit == "s" ? "second" : "minute")",
                at: entry.value.span, help: "write it as 6/\(unit)")
            return nil
        }
        return number
    }
}
