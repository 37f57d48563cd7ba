import Archive
import Farm
public import Journal
import Lanes
import PlaybookLanguage
import SourceText

extension StepFailure {
    /// The failure that an error on our side is: a value that does not fit, a file that cannot be read or written.
    ///
    /// - Returns: nil for what is no failure of a step: a lost phone, a passed limit, a cancellation.
    public init?(local error: any Error, of step: String) {
        switch error {
        case let error as PayloadError:
            self.init(code: "payload", operation: step, reason: error.description, advice: error.advice)
        case let error as PlaybookError:
            self.init(
                code: "value", operation: step, reason: error.message, advice: error.help, place: error.span?.place)
        case let error as FarmError:
            self.init(code: "value", operation: step, reason: error.reason, advice: error.suggestion)
        case let error as ArchiveError:
            self.init(code: "local", operation: step, reason: "\(error)")
        case let error as SystemError:
            self.init(code: "local", operation: step, reason: "\(error)")
        default:
            return nil
        }
    }
}
