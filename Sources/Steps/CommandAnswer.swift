import Farm
import Journal

extension CommandResult {
    /// Whether the command told that it went well; silence is not success.
    var exitIsZero: Bool { exit == 0 }

    /// What a person should read of an answer that was not the expected one.
    var complaint: String {
        let error = PhoneWords(errorText).lastLine
        return error.isEmpty ? PhoneWords(text).lastLine : error
    }
}

extension StepOutputs {
    /// A command's answer as a step's outputs.
    init(of result: CommandResult) {
        self.init(
            exit: result.exit, exitSource: result.exitSource, output: .inline(result.text),
            error: .inline(result.errorText), truncated: result.isTruncated)
    }
}
