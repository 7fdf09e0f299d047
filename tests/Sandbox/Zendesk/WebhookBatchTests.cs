using LocalHost.Sandbox;

namespace Sandbox.Tests.Zendesk;

public sealed class WebhookBatchTests : IAsyncLifetime
{
    private World _world = null!;
    private Target _app = null!;

    public async Task InitializeAsync() => (_world, _app) = (await World.Start(), await Target.Start());

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task A_batch_is_sent_in_the_order_given_and_each_target_answers()
    {
        await using var other = await Target.Start(409);
        var webhooks = Webhooks(3);
        webhooks[1] = webhooks[1] with { TargetUrl = other.Url };

        var answers = await _world.Sandbox.SendWebhookBatch(new() { Webhooks = webhooks });

        Assert.Equal([(0, 202), (1, 409), (2, 202)], answers.Select(a => (a.Webhook, a.Answer!.Status)));
        Assert.Equal(["0", "2"], Bodies());
    }

    [Fact]
    public async Task A_seed_draws_one_order_and_it_is_the_order_of_arrival()
    {
        var batch = new WebhookBatch { Webhooks = Webhooks(20), ShuffleSeed = 7 };

        var first = await _world.Sandbox.SendWebhookBatch(batch);
        var second = await _world.Sandbox.SendWebhookBatch(batch);

        var order = first.Select(a => a.Webhook).ToList();
        Assert.Equal(Enumerable.Range(0, 20), order.Order());
        Assert.NotEqual(Enumerable.Range(0, 20), order);
        Assert.Equal(order, second.Select(a => a.Webhook));
        Assert.Equal(order.Concat(order).Select(i => $"{i}"), Bodies());
        Assert.NotEqual(order, (batch with { ShuffleSeed = 8 }).Order());
    }

    [Theory]
    [InlineData(10, 0.2, 2)]
    [InlineData(3, 0.01, 1)]
    [InlineData(4, 1, 4)]
    public async Task A_share_of_the_webhooks_comes_twice_the_same(int webhooks, double duplicates, int twice)
    {
        var answers = await _world.Sandbox.SendWebhookBatch(new() { Webhooks = Webhooks(webhooks), ShuffleSeed = 7, Duplicates = duplicates });

        Assert.Equal(webhooks + twice, answers.Count);
        Assert.Equal(webhooks + twice, _app.Requests.Count);
        var kinds = _app.Requests.GroupBy(r => (r.Body, r.Headers["x-zendesk-webhook-invocation-id"], r.Headers["x-zendesk-webhook-signature"])).ToList();
        Assert.Equal(webhooks, kinds.Count);
        Assert.Equal(twice, kinds.Count(k => k.Count() == 2));
    }

    [Fact]
    public void Without_a_shuffle_repeats_and_duplicates_stand_behind_their_first()
    {
        var webhooks = Webhooks(3);
        webhooks[0] = webhooks[0] with { Repeat = 3 };

        Assert.Equal([0, 0, 0, 0, 1, 1, 2, 2], new WebhookBatch { Webhooks = webhooks, Duplicates = 1 }.Order());
    }

    [Fact]
    public async Task As_many_are_under_way_at_once_as_ordered_and_no_more()
    {
        var arrivals = new Arrivals(4);
        _app.Answers(after: arrivals.Meet);

        var answers = await _world.Sandbox.SendWebhookBatch(new() { Webhooks = Webhooks(16), AtOnce = 4 });

        Assert.All(answers, a => Assert.Equal(202, a.Answer?.Status));
        Assert.Equal(4, arrivals.MostAtOnce);
    }

    [Fact]
    public async Task A_target_that_does_not_answer_is_told_and_the_others_are_sent()
    {
        var dead = await Target.Start();
        var webhooks = Webhooks(3);
        webhooks[1] = webhooks[1] with { TargetUrl = dead.Url };
        await dead.DisposeAsync();

        var answers = await _world.Sandbox.SendWebhookBatch(new() { Webhooks = webhooks });

        Assert.Equal([202, null, 202], answers.Select(a => a.Answer?.Status));
        Assert.NotNull(answers[1].Problem);
        Assert.Null(answers[0].Problem);
    }

    [Theory]
    [InlineData("""{"webhooks":[]}""", "webhooks must hold 1 to 1000")]
    [InlineData("""{"webhooks":[{"targetUrl":"nowhere","body":"x"}]}""", "webhooks[0]: targetUrl must be")]
    [InlineData("""{"webhooks":[{"targetUrl":"http://127.0.0.1/","body":"x"}],"duplicates":2}""", "duplicates must be 0 to 1")]
    [InlineData("""{"webhooks":[{"targetUrl":"http://127.0.0.1/","body":"x"}],"atOnce":0}""", "atOnce must be 1 to 256")]
    [InlineData("""{"webhooks":"many"}""", "WebhookBatch")]
    [InlineData("""{"targetUrl":"nowhere","body":"x"}""", "targetUrl must be")]
    public async Task A_batch_that_cannot_be_sent_is_refused(string text, string problem)
    {
        using var content = new StringContent(text);

        using var response = await _world.Http.PostAsync("sandbox/crm/webhooks", content);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains(problem, await response.Content.ReadAsStringAsync());
    }

    private WebhookOrder[] Webhooks(int count) => [.. Enumerable.Range(0, count).Select(i => new WebhookOrder { TargetUrl = _app.Url, Body = $"{i}" })];

    private IEnumerable<string> Bodies() => _app.Requests.Select(r => r.Body);

    /// <summary>Lets requests go on in groups: nobody passes until as many are there.</summary>
    private sealed class Arrivals(int together)
    {
        private readonly Lock _gate = new();
        private TaskCompletionSource _full = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _waiting;
        private int _inside;

        public int MostAtOnce { get; private set; }

        public async Task Meet()
        {
            Task full;
            lock (_gate)
            {
                MostAtOnce = Math.Max(MostAtOnce, ++_inside);
                full = _full.Task;
                if (++_waiting == together)
                {
                    _full.SetResult();
                    (_full, _waiting) = (new(TaskCreationOptions.RunContinuationsAsynchronously), 0);
                }
            }

            await full;
            lock (_gate)
            {
                _inside--;
            }
        }
    }
}
