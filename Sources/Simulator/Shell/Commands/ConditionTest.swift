/// `test` and `[`.
enum ConditionTest {
    static func run(_ call: ShellCall, _ words: [String]) -> Int32 {
        if let index = words.firstIndex(of: "-o") {
            return run(call, Array(words[..<index])) == 0 ? 0 : run(call, Array(words[(index + 1)...]))
        }
        if let index = words.firstIndex(of: "-a"), index > 0 {
            let left = run(call, Array(words[..<index]))
            return left == 0 ? run(call, Array(words[(index + 1)...])) : left
        }
        if words.first == "!" { return run(call, Array(words.dropFirst())) == 0 ? 1 : 0 }
        switch words.count {
        case 0: return 1
        case 1: return words[0].isEmpty ? 1 : 0
        case 2: return unary(call, words[0], words[1]) ? 0 : 1
        case 3: return binary(call, words[0], words[1], words[2])
        default: return call.complain("too many arguments", status: 2)
        }
    }

    private static func unary(_ call: ShellCall, _ flag: String, _ word: String) -> Bool {
        switch flag {
        case "-n": return !word.isEmpty
        case "-z": return word.isEmpty
        default: break
        }
        let path = call.absolute(word)
        let files = call.device.files
        if flag == "-L" || flag == "-h" {
            return (try? files.entry(path, followLast: false))?.destination != nil  // unreachable: no link
        }
        guard let entry = try? files.entry(path) else { return false }  // unreachable: no file of any kind
        switch flag {
        case "-e", "-r": return true
        case "-f": return entry.isFile
        case "-d": return entry.isFolder
        case "-s": return entry.size > 0
        case "-x": return entry.permissions & 0o111 != 0
        case "-w":
            guard let names = try? files.locate(path).names else { return false }  // as above
            return AccessRules.refusal(inside: entry.isFolder ? names : names.dropLast()) == nil
        default: return false
        }
    }

    private static func binary(_ call: ShellCall, _ left: String, _ sign: String, _ right: String) -> Int32 {
        switch sign {
        case "=", "==": return left == right ? 0 : 1
        case "!=": return left != right ? 0 : 1
        default: break
        }
        // The phones' shell computes with 32 bits that wrap around.
        guard let first = Arithmetic.number(left), let second = Arithmetic.number(right) else {
            return call.complain(
                "\(Arithmetic.number(left) == nil ? left : right): unexpected operator/operand", status: 2)
        }
        switch sign {
        case "-eq": return first == second ? 0 : 1
        case "-ne": return first != second ? 0 : 1
        case "-lt": return first < second ? 0 : 1
        case "-le": return first <= second ? 0 : 1
        case "-gt": return first > second ? 0 : 1
        case "-ge": return first >= second ? 0 : 1
        default: return call.complain("\(sign): unexpected operator/operand", status: 2)
        }
    }
}
