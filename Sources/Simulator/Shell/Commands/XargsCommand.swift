/// `xargs`: words of its input as arguments of a command, as many at a time as fit.
enum XargsCommand {
    static let commands: [String: ShellCommand] = ["xargs": .slow(run)]

    /// Bytes of arguments that one command takes, as phones limit them.
    private static let longest = 131_072

    private static func run(_ call: ShellCall, then: @escaping (Int32) -> Void) {
        var separator: UInt8?
        var count = Int.max
        var skipsNothing = false
        var words = call.arguments[...]
        while let word = words.first, word.hasPrefix("-"), word.count > 1 {
            words.removeFirst()
            switch word.prefix(2) {
            case "-0": separator = 0
            case "-r": skipsNothing = true
            case "-n", "-s", "-P", "-E":
                let value = word.count > 2 ? String(word.dropFirst(2)) : words.popFirst() ?? ""
                guard word.hasPrefix("-n") else { continue }
                guard let number = Int(value), number > 0 else { return then(call.complain("bad number '\(value)'")) }
                count = number
            case "-t", "-p", "-o", "-x": break
            default: return then(call.complain("Unknown option '\(word.dropFirst().prefix(1))'"))
            }
        }
        let command = words.isEmpty ? ["echo"] : Array(words)
        let (limit, isQuiet) = (count, skipsNothing)
        call.streams.input.readAll { bytes in
            let pieces = bytes.split { byte in
                separator.map { byte == $0 } ?? " \t\n".utf8.contains(byte)
            }
            let arguments = pieces.map { String(decoding: $0, as: UTF8.self) }
            guard !arguments.isEmpty else {
                return isQuiet ? then(0) : runAll([command], call, status: 0) { then($0 == 0 ? 0 : 123) }
            }
            let commands = batches(command, arguments, count: limit)
            runAll(commands, call, status: 0) { worst in then(worst == 0 ? 0 : worst == 127 ? 127 : 123) }
        }
    }

    /// A command with its share of the arguments, as often as it takes.
    static func batches(_ command: [String], _ arguments: [String], count: Int) -> [[String]] {
        var all: [[String]] = []
        var batch: [String] = []
        var bytes = 0
        for argument in arguments {
            let length = argument.utf8.count + 9
            if !batch.isEmpty, batch.count == count || bytes + length > longest {
                all.append(command + batch)
                batch = []
                bytes = 0
            }
            batch.append(argument)
            bytes += length
        }
        return batch.isEmpty ? all : all + [command + batch]
    }

    /// Runs commands one after another, without input; the worst of their statuses is the answer.
    static func runAll(_ commands: [[String]], _ call: ShellCall, status: Int32, then: @escaping (Int32) -> Void) {
        var index = 0
        var worst = status
        var streams = call.streams
        streams.input = ShellInput([])
        let rounds = ShellProcess.Rounds { rounds in
            guard index < commands.count else { return then(worst) }
            let words = commands[index]
            index += 1
            call.process.call(words[0], Array(words.dropFirst()), streams) { status in
                worst = max(worst, status)
                rounds.next()
            }
        }
        rounds.next()
    }
}
