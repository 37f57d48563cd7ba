import PlaybookLanguage
import SourceText
import Synchronization

/// Binds inputs to what was said, reads the files that they name, and asks for what is missing; all of it is kept, so
/// that a run can go on with the same.
final class InputDesk: Sendable {
    private let said: Mutex<PlaybookWords>
    private let environment: [String: String]

    init(_ words: PlaybookWords, environment: [String: String]) {
        said = Mutex(words)
        self.environment = environment
    }

    /// What was said, with what was read and answered since.
    var words: PlaybookWords { said.withLock { $0 } }

    func values(of declarations: [InputDeclaration], _ diagnostics: inout Diagnostics) -> [String: Value] {
        let words = self.words
        let binding = InputBinding(
            declarations, workingDirectory: words.workingDirectory, environment: environment
        ) { [self] path throws(TextMistake) in try content(of: path) }
        var answers: [String: String] = [:]
        var ask: InputBinding.Ask?
        if words.mayAsk, let prompt = InputPrompt.forPerson(environment: environment) {
            ask = { declaration, complaint in
                let answer = prompt.answer(declaration, complaint)
                if declaration.type != .secret { answers[declaration.name] = answer }
                return answer
            }
        }
        let values = binding.values(from: words.inputs, files: words.inputFiles, ask: ask, &diagnostics)
        let more = answers.sorted { $0.key < $1.key }.map { name, answer in
            // What was typed is no file's name.
            "\(name)=\(answer.hasPrefix("@") ? "@" : "")\(answer)"
        }
        said.withLock { $0.inputs += more }
        return values
    }

    private func content(of path: String) throws(TextMistake) -> String {
        if let known = words.contents[path] { return known }
        do throws(CommandFailure) {
            let text = try readSource(path, as: "file").text
            said.withLock { $0.contents[path] = text }
            return text
        } catch {
            throw TextMistake(error.text)
        }
    }
}
