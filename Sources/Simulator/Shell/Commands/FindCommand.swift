/// `find`, with the tests and actions that scripts use.
enum FindCommand {
    static let commands: [String: ShellCommand] = ["find": .slow(run)]

    /// One file that is looked at.
    private struct Visit {
        var path: String
        var start: String
        var entry: FileEntry
        var level: Int
    }

    private indirect enum Test {
        case matches((Visit) -> Bool)
        case not(Test)
        case all([Test])
        case any([Test])
        case action(Action)
    }

    private enum Action {
        case print(end: String)
        case format(String)
        case remove
        /// Once for all files, or once for each.
        case execute([String], forEach: Bool)
    }

    private struct Refusal: Error {
        var text: String
    }

    private static func run(_ call: ShellCall, then: @escaping (Int32) -> Void) {
        let paths = call.arguments.prefix { !$0.hasPrefix("-") && $0 != "!" && $0 != "(" }
        var search = Search(call)
        do throws(Refusal) {
            var words = call.arguments.dropFirst(paths.count)
            search.test = try search.any(&words)
            if let word = words.first { throw Refusal(text: "bad arg '\(word)'") }
        } catch { return then(call.complain(error.text)) }
        for path in paths.isEmpty ? ["."] : paths {
            do throws(FileError) {
                let entry = try call.device.files.entry(call.absolute(path), followLast: path.hasSuffix("/"))
                search.visit(Visit(path: path, start: path, entry: entry, level: 0))
            } catch { search.status = call.complain("'\(path)': \(error.text)") }
        }
        search.finish(then)
    }

    private struct Search {
        private let call: ShellCall
        private let now: Int64
        var test = Test.all([])
        var status: Int32 = 0
        private var lines: [UInt8] = []
        private var maximum = Int.max
        private var minimum = 0
        private var isDepthFirst = false
        private var hasAction = false
        /// Commands to run in the end, with the files that they are for.
        private var pending: [(words: [String], paths: [String], forEach: Bool)] = []

        init(_ call: ShellCall) {
            self.call = call
            now = call.device.seconds
        }

        // MARK: Words

        mutating func any(_ words: inout ArraySlice<String>) throws(Refusal) -> Test {
            var alternatives = [try all(&words)]
            while words.first == "-o" || words.first == "-or" {
                words.removeFirst()
                alternatives.append(try all(&words))
            }
            return alternatives.count == 1 ? alternatives[0] : .any(alternatives)
        }

        private mutating func all(_ words: inout ArraySlice<String>) throws(Refusal) -> Test {
            var tests: [Test] = []
            while let word = words.first, !["-o", "-or", ")"].contains(word) {
                words.removeFirst()
                if word != "-a", word != "-and" { tests.append(try one(word, &words)) }
            }
            return .all(tests)
        }

        private mutating func one(_ word: String, _ words: inout ArraySlice<String>) throws(Refusal) -> Test {
            switch word {
            case "!", "-not":
                guard let next = words.popFirst() else { throw Refusal(text: "bad arg '\(word)'") }
                return .not(try one(next, &words))
            case "(":
                let inner = try any(&words)
                guard words.popFirst() == ")" else { throw Refusal(text: "need ')'") }
                return inner
            case "-print", "-print0", "-delete", "-exec", "-printf":
                return .action(try action(word, &words))
            case "-depth":
                isDepthFirst = true
                return .all([])
            case "-xdev", "-true": return .all([])
            case "-empty":
                return .matches {
                    $0.entry.isFolder ? $0.entry.children.isEmpty : $0.entry.isFile && $0.entry.size == 0
                }
            default: break
            }
            guard let value = words.popFirst() else { throw Refusal(text: "bad arg '\(word)'") }
            return try valued(word, value)
        }

        private mutating func valued(_ word: String, _ value: String) throws(Refusal) -> Test {
            switch word {
            case "-name":
                let pattern = Pattern(value)
                return .matches { pattern.matches(RemotePath.last($0.path)) }
            case "-iname":
                let pattern = Pattern(value.lowercased())
                return .matches { pattern.matches(RemotePath.last($0.path).lowercased()) }
            case "-path", "-wholename":
                let pattern = Pattern(value)
                return .matches { pattern.matches($0.path) }
            case "-type":
                return .matches { visit in value.split(separator: ",").contains { $0 == FindFormat.letter(visit.entry) }
                }
            case "-maxdepth", "-mindepth":
                guard let depth = Int(value) else { throw Refusal(text: "bad number '\(value)'") }
                if word == "-maxdepth" { maximum = depth } else { minimum = depth }
                return .all([])
            case "-size":
                let unit: UInt64 = value.last?.isNumber == true ? 512 : 1
                return try compared(value) { visit, wanted in
                    let size = visit.entry.isFile ? visit.entry.size : 0
                    return (unit == 1 ? size : (size + 511) / 512, wanted)
                }
            case "-mtime", "-mmin":
                let (now, unit) = (now, word == "-mtime" ? 86400 : 60 as Int64)
                return try compared(value) { visit, wanted in
                    (UInt64(max(0, now - visit.entry.modified) / unit), wanted)
                }
            case "-newer":
                guard let other = try? call.device.files.entry(call.absolute(value)).modified else {
                    throw Refusal(text: "'\(value)': \(FileError.noSuchFile.text)")
                }
                return .matches { $0.entry.modified > other }
            case "-perm":
                guard let bits = UInt32(value.drop { "-/".contains($0) }, radix: 8) else {
                    throw Refusal(text: "bad mode '\(value)'")
                }
                return .matches { visit in
                    value.hasPrefix("-") ? visit.entry.permissions & bits == bits : visit.entry.permissions == bits
                }
            default: throw Refusal(text: "bad arg '\(word)'")
            }
        }

        /// `+N` is more than, `-N` less than, `N` just that.
        private func compared(
            _ value: String, _ numbers: @escaping (Visit, UInt64) -> (UInt64, UInt64)
        ) throws(Refusal) -> Test {
            guard let wanted = SizeWord.parse(value.drop { "+-".contains($0) }) else {
                throw Refusal(text: "bad number '\(value)'")
            }
            return .matches { visit in
                let (actual, wanted) = numbers(visit, wanted)
                return value.hasPrefix("+")
                    ? actual > wanted : value.hasPrefix("-") ? actual < wanted : actual == wanted
            }
        }

        private mutating func action(_ word: String, _ words: inout ArraySlice<String>) throws(Refusal) -> Action {
            // As in toybox, what is deleted is printed unless something else is asked for.
            if word != "-delete" { hasAction = true }
            switch word {
            case "-print": return .print(end: "\n")
            case "-print0": return .print(end: "\0")
            case "-delete":
                isDepthFirst = true
                return .remove
            case "-printf":
                guard let format = words.popFirst() else { throw Refusal(text: "bad arg '\(word)'") }
                return .format(format)
            default:
                let command = words.prefix { $0 != ";" && $0 != "+" }
                words = words.dropFirst(command.count)
                guard let end = words.popFirst(), !command.isEmpty else { throw Refusal(text: "-exec needs a ;") }
                return .execute(Array(command), forEach: end == ";")
            }
        }

        // MARK: Files

        mutating func visit(_ visit: Visit) {
            if !isDepthFirst { look(visit) }
            if visit.level < maximum {
                for (name, below) in visit.entry.children.sorted(by: { $0.key < $1.key }) {
                    self.visit(
                        Visit(
                            path: RemotePath.join(visit.path, name), start: visit.start, entry: below,
                            level: visit.level + 1))
                }
            }
            if isDepthFirst { look(visit) }
        }

        private mutating func look(_ visit: Visit) {
            guard visit.level >= minimum, holds(test, visit), !hasAction else { return }
            print(visit.path + "\n")
        }

        private mutating func holds(_ test: Test, _ visit: Visit) -> Bool {
            switch test {
            case .matches(let body): return body(visit)
            case .not(let inner): return !holds(inner, visit)
            case .all(let tests):
                for one in tests where !holds(one, visit) { return false }
                return true
            case .any(let tests):
                for one in tests where holds(one, visit) { return true }
                return false
            case .action(let action):
                act(action, visit)
                return true
            }
        }

        private mutating func act(_ action: Action, _ visit: Visit) {
            switch action {
            case .print(let end): print(visit.path + end)
            case .format(let format): print(FindFormat.text(format, path: visit.path, start: visit.start, visit.entry))
            case .remove:
                do throws(FileError) {
                    let path = call.absolute(visit.path)
                    if visit.entry.isFolder {
                        try call.device.files.removeFolder(path, at: now)
                    } else {
                        try call.device.files.remove(path, at: now)
                    }
                } catch { status = call.complain("'\(visit.path)': \(error.text)") }
            case .execute(let words, let forEach):
                if let index = pending.firstIndex(where: { $0.words == words }) {
                    pending[index].paths.append(visit.path)
                } else {
                    pending.append((words, [visit.path], forEach))
                }
            }
        }

        private mutating func print(_ text: String) {
            lines.append(contentsOf: text.utf8)
            if lines.count >= 65536 { flush() }
        }

        private mutating func flush() {
            call.streams.output.write(lines)
            lines.removeAll(keepingCapacity: true)
        }

        // MARK: Commands

        /// Runs what `-exec` asked for, one after another.
        mutating func finish(_ then: @escaping (Int32) -> Void) {
            flush()
            var commands: [[String]] = []
            for (words, paths, forEach) in pending {
                if forEach {
                    commands += paths.map { path in words.map { $0.replacing("{}", with: path) } }
                } else {
                    commands += XargsCommand.batches(words.filter { $0 != "{}" }, paths, count: .max)
                }
            }
            XargsCommand.runAll(commands, call, status: status) { worst in then(worst == 0 ? 0 : 1) }
        }
    }
}
