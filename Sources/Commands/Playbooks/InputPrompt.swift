import Glibc
import PlaybookLanguage
import SourceText

/// Asks the person at the terminal for an input; nobody is asked where no terminal is.
struct InputPrompt {
    private let terminal = Terminal.error

    /// How to ask, or nil when nobody is there, or a machine that builds.
    static func forPerson(environment: [String: String]) -> InputPrompt? {
        let isMachine = environment["CI"].map { !$0.isEmpty && $0 != "false" } ?? false
        return Terminal.error.canAsk && !isMachine ? InputPrompt() : nil
    }

    /// The answer; nil when the input has ended.
    func answer(_ declaration: InputDeclaration, _ complaint: String?) -> String? {
        if let complaint { terminal.line("  \(terminalSafe(complaint))") }
        terminal.write(Self.question(declaration))
        return declaration.type == .secret ? hidden() : readLine()
    }

    static func question(_ declaration: InputDeclaration) -> String {
        var notes: [String] = []
        if let help = declaration.help { notes.append(terminalSafe(help)) }
        switch declaration.type {
        case .text: break
        case .choice: notes.append(declaration.choices.joined(separator: " | "))
        case .list: notes.append("separated by commas")
        case .secret: notes.append("not shown")
        default: notes.append("type: \(declaration.type.rawValue)")
        }
        return declaration.name + (notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))") + ": "
    }

    /// One line that the terminal does not show.
    ///
    /// Every key is read by itself, Ctrl-C included: a program that was killed here would leave a terminal that shows
    /// nothing any more.
    private func hidden() -> String? {
        var usual = termios()
        guard tcgetattr(0, &usual) == 0 else { return nil }
        var quiet = usual
        quiet.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        withUnsafeMutableBytes(of: &quiet.c_cc) { keys in
            keys[Int(VMIN)] = 1
            keys[Int(VTIME)] = 0
        }
        guard tcsetattr(0, TCSAFLUSH, &quiet) == 0 else { return nil }
        let answer = keys()
        tcsetattr(0, TCSAFLUSH, &usual)
        terminal.line()
        if answer == .interrupted { raise(SIGINT) }
        guard case .line(let bytes) = answer else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    private enum Answer: Equatable {
        case line([UInt8])
        case ended, interrupted
    }

    private func keys() -> Answer {
        var line: [UInt8] = []
        while true {
            var byte: UInt8 = 0
            let count = read(0, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { return .ended }
            switch byte {
            case 0x0A, 0x0D: return .line(line)
            case 0x03: return .interrupted
            case 0x04: return line.isEmpty ? .ended : .line(line)
            case 0x15: line = []
            case 0x08, 0x7F:
                while let last = line.popLast(), last & 0xC0 == 0x80 {}
            default: line.append(byte)
            }
        }
    }
}
