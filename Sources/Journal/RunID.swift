import Glibc

/// The name of a run, made to be said over a telephone: `2026-11-20-brave-otter`.
public struct RunID: Hashable, Sendable, CustomStringConvertible {
    /// The name itself.
    public let description: String

    /// Takes a name that exists already, such as one from a journal or the command line.
    ///
    /// Nil when it is empty, longer than 100 bytes, or has characters other than letters, digits and hyphens: it becomes a folder's name.
    public init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count <= 100 else { return nil }
        let allowed = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
            default: false
            }
        }
        guard allowed else { return nil }
        description = text
    }

    /// Draws a name for a run that starts now.
    ///
    /// - Parameters:
    ///   - seconds: Seconds since 1970; the date is the local one.
    ///   - random: Where the two words are drawn from.
    public init(at seconds: Int, drawing random: inout some RandomNumberGenerator) {
        var parts = tm()
        var time = time_t(seconds)
        localtime_r(&time, &parts)
        func padded(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let adjective = Self.adjectives.randomElement(using: &random) ?? "brave"
        let animal = Self.animals.randomElement(using: &random) ?? "otter"
        description =
            "\(parts.tm_year + 1900)-\(padded(parts.tm_mon + 1))-\(padded(parts.tm_mday))-\(adjective)-\(animal)"
    }

    /// The same name with a number behind it, for the day when all words are taken.
    func numbered(_ number: Int) -> Self { Self(unchecked: "\(description)-\(number)") }

    private init(unchecked text: String) { description = text }

    static let adjectives = """
        able agile alert amber ample azure bold brave brief bright brisk broad calm candid civil clear clever crisp curious daring deft eager \
        early easy fair fleet fond frank free fresh gentle glad golden grand happy hardy honest humble ideal jolly keen kind late lively loyal \
        lucky mellow merry mild modest neat nimble noble patient plain polite proud quick quiet rapid ready robust royal rustic sharp silent \
        silver smart smooth snowy sober solid steady stout sunny swift tidy tough trusty upbeat vivid warm wise witty young
        """.split(separator: " ")
    static let animals = """
        adder albatross alpaca antelope badger beaver bison bobcat buffalo camel caribou cheetah condor cougar coyote crane cricket curlew \
        dolphin donkey dragonfly eagle egret falcon ferret finch fox gazelle gecko gibbon goose grouse gull hare hawk heron hornet ibex ibis \
        jackal jaguar kestrel kingfisher lark lemur leopard linnet lizard llama lynx magpie marmot marten mole moose newt ocelot osprey otter \
        owl panda panther parrot pelican penguin pigeon plover puffin puma quail rabbit raccoon raven robin salmon seal shrew skylark sparrow \
        squirrel stork swallow swan tapir tern thrush toucan turtle viper walrus weasel wombat wren yak zebra
        """.split(separator: " ")
}
