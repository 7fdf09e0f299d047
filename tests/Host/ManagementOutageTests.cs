using Azure;
using LocalHost.Durable.Management;
using LocalHost.Durable.Storage;

namespace Worker.Tests;

/// <summary>While the task hub's store is away, the management API says so and when to ask again.</summary>
public sealed class ManagementOutageTests
{
    [Theory]
    [InlineData("GET", "instances")]
    [InlineData("GET", "instances/g")]
    [InlineData("POST", "instances/g/terminate")]
    [InlineData("POST", "instances/g/putBack")]
    [InlineData("DELETE", "instances/g")]
    public async Task It_is_told_with_a_code_for_try_again(string method, string path)
    {
        var store = new Away();
        await using var host = await DurableFunctionTests.Start(store);
        using var http = new HttpClient { BaseAddress = new Uri(host.BaseAddress, $"{ManagementRoutes.Base.TrimStart('/')}/") };
        http.DefaultRequestHeaders.Add("x-functions-key", ManagementRoutes.UsualKey);
        store.IsAway = true;

        using var answer = await http.SendAsync(new(new(method), path));

        Assert.Equal((503, TimeSpan.FromSeconds(5)), ((int)answer.StatusCode, answer.Headers.RetryAfter?.Delta));
        Assert.Equal("""{"Message":"The task hub\u0027s store does not answer: Connection refused"}""", await answer.Content.ReadAsStringAsync());
        store.IsAway = false;
    }

    private sealed class Away : ITaskHubStore
    {
        private readonly MemoryTaskHubStore _store = new();

        public bool IsAway { get; set; }

        public ILargeValues LargeValues => _store.LargeValues;

        public Task OpenAsync(CancellationToken cancellation) => _store.OpenAsync(cancellation);

        public Task<string> CommitAsync(
            string shard, TaskHubRow guard, string? guardTag, IReadOnlyList<RowChange> changes, CancellationToken cancellation) =>
            Store().CommitAsync(shard, guard, guardTag, changes, cancellation);

        public Task<TaskHubRow?> FindAsync(string shard, string key, CancellationToken cancellation) => Store().FindAsync(shard, key, cancellation);

        public IAsyncEnumerable<TaskHubRow> ReadAsync(string shard, RowRange range, CancellationToken cancellation) =>
            Store().ReadAsync(shard, range, cancellation);

        private MemoryTaskHubStore Store() => IsAway ? throw new RequestFailedException("Connection refused\nHeaders: …") : _store;
    }
}
