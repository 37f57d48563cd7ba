import ArgumentParser
import Steps

/// An Android user, as playbooks write it: a number, `all` or `current`.
struct AndroidUserArgument: ExpressibleByArgument {
    let value: String

    init?(argument: String) {
        guard let value = OneStep.androidUser(argument) else { return nil }
        self.value = value
    }
}
