/// The flags of `pm install` and `pm install-create`.
struct InstallOptions: Sendable, Hashable {
    var replaces = false
    var refusesReplacing = false
    var allowsTest = false
    var allowsDowngrade = false
    var grantsAll = false
    var installer: String?
    /// Bytes announced by `-S`.
    var size: UInt64?
    /// The package that a session adds splits to (`-p`).
    var inherits: String?
    var isMultiPackage = false

    /// A flag that is not known, or a value that is missing; the text is what `pm` prints.
    struct Mistake: Error {
        var text: String
    }

    private static let bare: Set<String> = [
        "-f", "-s", "-l", "--instant", "--full", "--dont-kill", "--skip-verification", "--force-queryable",
        "--bypass-low-target-sdk-block", "--preload", "--update-ownership", "--no-streaming", "--streaming",
        "--ignore-dexopt-profile", "--restrict-permissions",
    ]
    private static let valued: Set<String> = [
        "--user", "--abi", "--install-reason", "--install-location", "--dexopt-compiler-filter", "--originating-uri",
        "--referrer", "--staged-ready-timeout", "--pkg",
    ]

    /// Reads flags; what is left are operands such as a path.
    static func parse(_ arguments: [String]) throws(Mistake) -> (options: InstallOptions, operands: [String]) {
        var options = InstallOptions()
        var operands: [String] = []
        var rest = arguments[...]
        func value(of flag: String) throws(Mistake) -> String {
            guard let value = rest.popFirst() else { throw Mistake(text: "Error: Argument expected after \"\(flag)\"") }
            return value
        }
        while let word = rest.popFirst() {
            switch word {
            case "-r": options.replaces = true
            case "-R": options.refusesReplacing = true
            case "-t": options.allowsTest = true
            case "-d": options.allowsDowngrade = true
            case "-g": options.grantsAll = true
            case "-i": options.installer = try value(of: word)
            case "-p": options.inherits = try value(of: word)
            case "--multi-package": options.isMultiPackage = true
            case "-S":
                let text = try value(of: word)
                guard let size = UInt64(text) else { throw Mistake(text: "Error: Invalid size \(text)") }
                options.size = size
            case _ where bare.contains(word): continue
            case _ where valued.contains(word): _ = try value(of: word)
            case _ where word.hasPrefix("-") && word != "-": throw Mistake(text: "Error: Unknown option: \(word)")
            default: operands.append(word)
            }
        }
        return (options, operands)
    }
}
