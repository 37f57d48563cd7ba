public import Farm
public import PlaybookLanguage
import SourceText

/// What a phone must be like before a play touches it.
///
/// What is missing is the phone's fault and never the build's.
public struct PreflightRequirements: Hashable, Sendable {
    /// Whether Android must have finished starting.
    public var boot: Bool
    /// What must be free on `/data`; nil when nobody asks.
    public var freeSpace: ByteCount?
    /// The least charge of the battery in percent; a phone without a battery has enough.
    public var battery: Int?
    /// The most that the battery may have in degrees Celsius.
    public var temperature: Double?
    /// Whether the package manager must answer.
    public var packageManager: Bool

    /// Requires a started phone whose package manager answers, unless told otherwise.
    public init(
        boot: Bool = true, freeSpace: ByteCount? = nil, battery: Int? = nil, temperature: Double? = nil,
        packageManager: Bool = true
    ) {
        self.boot = boot
        self.freeSpace = freeSpace
        self.battery = battery
        self.temperature = temperature
        self.packageManager = packageManager
    }

    /// Reads what stands after `preflight:`.
    public init(reading arguments: inout StepArguments) {
        let boot = arguments.optionalFlag("boot")
        let freeSpace = arguments.optionalSize("free-space")
        let battery = arguments.optionalValue("battery", .charge)
        let temperature = arguments.optionalValue("temperature", .celsius)
        let packageManager = arguments.optionalFlag("package-manager")
        self.init(
            boot: arguments.written(boot, "boot") ?? true, freeSpace: arguments.written(freeSpace, "free-space"),
            battery: arguments.written(battery, "battery"), temperature: arguments.written(temperature, "temperature"),
            packageManager: arguments.written(packageManager, "package-manager") ?? true)
    }

    /// Whether nothing is required.
    var isEmpty: Bool {
        !boot && freeSpace == nil && battery == nil && temperature == nil && !packageManager
    }
}

extension StepArguments {
    /// The value of an argument that is the same for all phones.
    fileprivate mutating func written<Value>(_ argument: Argument<Value>?, _ key: String) -> Value? {
        guard let argument else { return nil }
        if argument.literal == nil, !diagnostics.hasErrors {
            mistake(
                "`\(key)` is looked at before anything is computed, so its value stands here", at: argument.span,
                help: "write it without ${{ }}")
        }
        return argument.literal
    }
}

extension ArgumentKind where Result == Int {
    /// A battery's charge: `20%`, or 20.
    fileprivate static var charge: Self {
        .parsed("a charge such as 20%") { text throws(TextMistake) in
            guard let number = Int(text.hasSuffix("%") ? text.dropLast() : text[...]), (1...100).contains(number) else {
                throw TextMistake("a charge such as 20% is needed, this is `\(text)`", help: "from 1% to 100%")
            }
            return number
        }
    }
}

extension ArgumentKind where Result == Double {
    /// Degrees Celsius.
    fileprivate static var celsius: Self {
        .parsed("a temperature in °C such as 45") { text throws(TextMistake) in
            guard let number = Double(text), (1...150).contains(number) else {
                throw TextMistake(
                    "a temperature in °C such as 45 is needed, this is `\(text)`", help: "from 1 to 150, without a unit"
                )
            }
            return number
        }
    }
}
