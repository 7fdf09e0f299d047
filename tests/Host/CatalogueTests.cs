using LocalHost;
using LocalHost.Worker;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Worker.Tests;

public sealed class CatalogueTests
{
    private static readonly Dictionary<string, string?> Settings = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Bus"] = "Endpoint=sb://localhost;SharedAccessKeyName=a;SharedAccessKey=b;UseDevelopmentEmulator=true;",
        ["Schedule"] = "0 0 9 * * *",
        ["Queue"] = "orders",
    };

    [Theory]
    [InlineData(typeof(NoTrigger), "has no trigger")]
    [InlineData(typeof(TwoTriggers), "has 2 triggers (request, timer)")]
    [InlineData(typeof(BadName), "begins with a letter")]
    [InlineData(typeof(AsyncVoid), "async void")]
    [InlineData(typeof(NotPublic), "must be public")]
    [InlineData(typeof(AbstractClass), "its class is abstract")]
    [InlineData(typeof(GenericMethod), "may be generic")]
    [InlineData(typeof(BadSchedule), "schedule '0 9 * * *' is not six NCRONTAB fields")]
    [InlineData(typeof(MissingScheduleSetting), "setting 'Nightly', used in its schedule '%Nightly%', is missing")]
    [InlineData(typeof(BadRoute), "route 'cases/{id' is not a route template")]
    [InlineData(typeof(UnknownConstraint), "unknown constraint uuid; allowed: int, bool,")]
    [InlineData(typeof(SystemLevel), "authorization level System is not supported; allowed: Anonymous, Function, Admin")]
    [InlineData(typeof(StreamParameter), "parameter 'body' of type Stream cannot be bound; allowed: HttpRequest (the trigger), [FromBody]")]
    [InlineData(typeof(ClientWithoutAttribute), "parameter 'client' of type DurableTaskClient cannot be bound")]
    [InlineData(typeof(TimerOfWrongType), "parameter 'timer' of type String cannot be bound; allowed: TimerInfo")]
    [InlineData(typeof(NoConnection), "setting 'Nowhere' is missing; it holds the Service Bus connection string")]
    [InlineData(typeof(DefaultConnection), "setting 'AzureWebJobsServiceBus' is missing")]
    [InlineData(typeof(TopicTrigger), "listens to topic 'events'")]
    [InlineData(typeof(BatchTrigger), "IsBatched is not supported by this host; allowed: false")]
    [InlineData(typeof(SessionTrigger), "IsSessionsEnabled is not supported by this host; allowed: false")]
    [InlineData(typeof(NumberMessage), "parameter 'message' of type Int32 cannot be bound; allowed: ServiceBusReceivedMessage, string")]
    [InlineData(typeof(OrchestratorWithToken), "parameter 'cancellation' of type CancellationToken cannot be bound; allowed: TaskOrch")]
    [InlineData(typeof(OrchestratorWithTwoInputs), "parameter 'second' of type String cannot be bound")]
    [InlineData(typeof(OrchestratorOfWrongType), "parameter 'context' of type String cannot be bound")]
    public void A_function_that_cannot_run_is_refused_with_what_is_wrong_and_allowed(Type type, string problem)
    {
        var refused = Assert.Throws<HostStartException>(() => Read(type));

        var text = Assert.Single(refused.Problems);
        Assert.Contains(problem, text, StringComparison.Ordinal);
        Assert.Contains(type.Name, text, StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_are_told_at_once()
    {
        var refused = Assert.Throws<HostStartException>(() => Read(typeof(NoTrigger), typeof(AsyncVoid), typeof(BadSchedule)));

        Assert.Equal(4, refused.Problems.Count); // each of the three, and that they have one name
        Assert.All(refused.Problems, problem => Assert.Contains(problem, refused.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Names_are_unique_ignoring_case()
    {
        var refused = Assert.Throws<HostStartException>(() => Read(typeof(SameName), typeof(SameNameAgain)));

        Assert.Contains("is used 2 times (SameName.Run, SameNameAgain.Run)", Assert.Single(refused.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_functions_may_not_serve_the_same_route_and_method()
    {
        var refused = Assert.Throws<HostStartException>(() => Read(typeof(SameRoute)));

        Assert.Equal("functions 'One' and 'Two' serve the same route: GET api/same", Assert.Single(refused.Problems));
    }

    [Fact]
    public void Settings_are_put_into_schedules_and_queue_names()
    {
        var catalogue = Read(typeof(FromSettings));

        Assert.Equal("0 0 9 * * *", Assert.IsType<TimerTrigger>(catalogue.Functions.Single(f => f.Name == "Daily").Trigger).Expression);
        var queue = Assert.IsType<QueueTrigger>(catalogue.Functions.Single(f => f.Name == "Dead").Trigger);
        Assert.Equal(("orders/$DeadLetterQueue", "orders", "Bus", false), (queue.Path, queue.Queue, queue.ConnectionSetting, queue.AutoComplete));
    }

    [Fact]
    public async Task A_missing_service_is_named_before_anything_runs()
    {
        var refused = await Assert.ThrowsAsync<HostStartException>(() => TestApp.Run(typeof(NeedsService)));

        Assert.Equal(
            "class NeedsService: constructor parameter 'numbers' of type IComparer<String> is not a registered service",
            Assert.Single(refused.Problems));
    }

    [Fact]
    public void The_listing_shows_methods_addresses_schedules_and_queues()
    {
        var listing = FunctionListing.Of(Read(typeof(FromSettings), typeof(SameName)), new Uri("http://127.0.0.1:7071/"));

        Assert.Contains("Same  GET,POST http://127.0.0.1:7071/api/same/{id?}", listing, StringComparison.Ordinal);
        Assert.Contains("Daily  0 0 9 * * *", listing, StringComparison.Ordinal);
        Assert.Contains("Dead  orders/$DeadLetterQueue", listing, StringComparison.Ordinal);
    }

    private static FunctionCatalogue Read(params Type[] types) =>
        FunctionCatalogue.Read(types, new HostJson { AutoCompleteMessages = false }, new SettingNames(Settings));

    public static class NoTrigger
    {
        [Function("F")]
        public static void Run(HttpRequest request) => _ = request;
    }

    public static class TwoTriggers
    {
        [Function("F")]
        public static void Run([HttpTrigger] HttpRequest request, [TimerTrigger("0 * * * * *")] TimerInfo timer) => _ = (request, timer);
    }

    public static class BadName
    {
        [Function("1 function")]
        public static void Run([HttpTrigger(Route = "f")] HttpRequest request) => _ = request;
    }

    public static class AsyncVoid
    {
        [Function("F")]
        public static async void Run([HttpTrigger] HttpRequest request)
        {
            await Task.Yield();
            _ = request;
        }
    }

    public static class NotPublic
    {
        [Function("F")]
        internal static void Run([HttpTrigger] HttpRequest request) => _ = request;
    }

    public abstract class AbstractClass
    {
        [Function("F")]
        public void Run([HttpTrigger] HttpRequest request) => _ = request;
    }

    public static class GenericMethod
    {
        [Function("F")]
        public static void Run<T>([HttpTrigger] HttpRequest request) => _ = (request, typeof(T));
    }

    public static class BadSchedule
    {
        [Function("F")]
        public static void Run([TimerTrigger("0 9 * * *")] TimerInfo timer) => _ = timer;
    }

    public static class MissingScheduleSetting
    {
        [Function("F")]
        public static void Run([TimerTrigger("%Nightly%")] TimerInfo timer) => _ = timer;
    }

    public static class BadRoute
    {
        [Function("F")]
        public static void Run([HttpTrigger(Route = "cases/{id")] HttpRequest request) => _ = request;
    }

    public static class UnknownConstraint
    {
        [Function("F")]
        public static void Run([HttpTrigger(Route = "cases/{id:uuid}")] HttpRequest request) => _ = request;
    }

    public static class SystemLevel
    {
        [Function("F")]
        public static void Run([HttpTrigger(AuthorizationLevel.System)] HttpRequest request) => _ = request;
    }

    public static class StreamParameter
    {
        [Function("F")]
        public static void Run([HttpTrigger] HttpRequest request, Stream body) => _ = (request, body);
    }

    public static class ClientWithoutAttribute
    {
        [Function("F")]
        public static void Run([HttpTrigger] HttpRequest request, DurableTaskClient client) => _ = (request, client);
    }

    public static class TimerOfWrongType
    {
        [Function("F")]
        public static void Run([TimerTrigger("0 * * * * *")] string timer) => _ = timer;
    }

    public static class NoConnection
    {
        [Function("F")]
        public static void Run([ServiceBusTrigger("q", Connection = "Nowhere")] string message) => _ = message;
    }

    public static class DefaultConnection
    {
        [Function("F")]
        public static void Run([ServiceBusTrigger("q")] string message) => _ = message;
    }

    public static class TopicTrigger
    {
        [Function("F")]
        public static void Run([ServiceBusTrigger("events", "mine", Connection = "Bus")] string message) => _ = message;
    }

    public static class BatchTrigger
    {
        [Function("F")]
        public static void Run([ServiceBusTrigger("q", Connection = "Bus", IsBatched = true)] string message) => _ = message;
    }

    public static class SessionTrigger
    {
        [Function("F")]
        public static void Run([ServiceBusTrigger("q", Connection = "Bus", IsSessionsEnabled = true)] string message) => _ = message;
    }

    public static class NumberMessage
    {
        [Function("F")]
        public static void Run([ServiceBusTrigger("q", Connection = "Bus")] int message) => _ = message;
    }

    public static class OrchestratorWithToken
    {
        [Function("F")]
        public static Task Run([OrchestrationTrigger] TaskOrchestrationContext context, CancellationToken cancellation) =>
            Task.FromResult((context, cancellation));
    }

    public static class OrchestratorWithTwoInputs
    {
        [Function("F")]
        public static Task Run([OrchestrationTrigger] TaskOrchestrationContext context, string first, string second) =>
            Task.FromResult((context, first, second));
    }

    public static class OrchestratorOfWrongType
    {
        [Function("F")]
        public static Task Run([OrchestrationTrigger] string context) => Task.FromResult(context);
    }

    public static class SameName
    {
        [Function("Same")]
        public static void Run([HttpTrigger("get", "post", Route = "same/{id?}")] HttpRequest request) => _ = request;
    }

    public static class SameNameAgain
    {
        [Function("SAME")]
        public static void Run([HttpTrigger("get", Route = "other")] HttpRequest request) => _ = request;
    }

    public static class SameRoute
    {
        [Function("One")]
        public static void One([HttpTrigger("get", Route = "same")] HttpRequest request) => _ = request;

        [Function("Two")]
        public static void Two([HttpTrigger("post", "get", Route = "/Same/")] HttpRequest request) => _ = request;
    }

    public static class FromSettings
    {
        [Function("Daily")]
        public static void Daily([TimerTrigger("%Schedule%")] TimerInfo timer) => _ = timer;

        [Function("Dead")]
        public static void Dead(
            [ServiceBusTrigger("%Queue%/$DeadLetterQueue", Connection = "Bus")] string message, string messageId, int deliveryCount) =>
            _ = (message, messageId, deliveryCount);
    }

    public sealed class NeedsService(IComparer<string> numbers)
    {
        [Function("F")]
        public int Run([HttpTrigger] HttpRequest request) => numbers.Compare(request.Path, "");
    }
}
