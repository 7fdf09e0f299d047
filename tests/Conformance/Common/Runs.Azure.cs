namespace Conformance.Tests.Common;

public sealed class ChangedCodeOnTestHost(OnTestHost on) : ChangedCode(on), IClassFixture<OnTestHost>;

public sealed class ChildrenOnTestHost(OnTestHost on) : Children(on), IClassFixture<OnTestHost>;

public sealed class CompletionOnTestHost(OnTestHost on) : Completion(on), IClassFixture<OnTestHost>;

public sealed class EventsOnTestHost(OnTestHost on) : Events(on), IClassFixture<OnTestHost>;

public sealed class FailuresOnTestHost(OnTestHost on) : Failures(on), IClassFixture<OnTestHost>;

public sealed class FanOutOnTestHost(OnTestHost on) : FanOut(on), IClassFixture<OnTestHost>;

public sealed class GivenUpWaitsOnTestHost(OnTestHost on) : GivenUpWaits(on), IClassFixture<OnTestHost>;

public sealed class JsonOnTestHost(OnTestHost on) : Json(on), IClassFixture<OnTestHost>;

public sealed class LifeCycleOnTestHost(OnTestHost on) : LifeCycle(on), IClassFixture<OnTestHost>;

public sealed class NamesOnTestHost(OnTestHost on) : Names(on), IClassFixture<OnTestHost>;

public sealed class PayloadsOnTestHost(OnTestHost on) : Payloads(on), IClassFixture<OnTestHost>;

public sealed class QueriesOnTestHost(OnTestHost on) : Queries(on), IClassFixture<OnTestHost>;

public sealed class ReplayOnTestHost(OnTestHost on) : Replay(on), IClassFixture<OnTestHost>;

public sealed class RetriesOnTestHost(OnTestHost on) : Retries(on), IClassFixture<OnTestHost>;

public sealed class RunAgainOnTestHost(OnTestHost on) : RunAgain(on), IClassFixture<OnTestHost>;

public sealed class SizesOnTestHost(OnTestHost on) : Sizes(on), IClassFixture<OnTestHost>;

public sealed class StartsOnTestHost(OnTestHost on) : Starts(on), IClassFixture<OnTestHost>;

public sealed class TimersOnTestHost(OnTestHost on) : Timers(on), IClassFixture<OnTestHost>;
