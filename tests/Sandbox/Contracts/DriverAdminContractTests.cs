using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LocalHost;
using LocalHost.Sandbox;
using Microsoft.Extensions.Options;
using Penalties.Outside;
using Penalties.Rules;

namespace Sandbox.Tests.Contracts;

/// <summary>The app's adapter against the sandbox, every request and answer judged by <c>infra/contracts/driver-admin.yaml</c>.</summary>
public sealed class DriverAdminContractTests : IAsyncLifetime
{
    private const string CaseId = "pr-5k2m8q0v3x7c9d1f";

    private static readonly DateTimeOffset Now = new(2026, 9, 21, 9, 0, 0, TimeSpan.FromHours(9));
    private static readonly OpenApiContract Contract =
        OpenApiContract.Read(Path.Combine(RepositoryRoot.Path, "infra", "contracts", "driver-admin.yaml"));

    private World _world = null!;
    private Judge _judge = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _world = await World.Start();
        _judge = new Judge(new HttpClientHandler());
        _http = new HttpClient(_judge) { BaseAddress = new Uri(_world.Http.BaseAddress!, "driver-admin/") };
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task Everything_the_adapter_asks_and_the_sandbox_answers_is_in_the_contract()
    {
        var admin = Adapter(_world.Options.DriverAdmin.Token);
        var blocked = await admin.Block($"{CaseId}-1", "D-1029", "C-88213", default);
        var again = await admin.Block($"{CaseId}-1", "D-1029", "C-88213", default);
        Assert.Equal(blocked, again);
        Assert.Equal(blocked.BlockedAt, await admin.BlockedAt($"{CaseId}-1", default));
        Assert.Equal("key_reused", (await admin.Block($"{CaseId}-1", "D-other", "C-88213", default)).RefusedWith);
        await _world.Sandbox.SetDriverKnown("D-unknown", known: false);
        Assert.Equal("driver_not_found", (await admin.Block($"{CaseId}-2", "D-unknown", "C-88213", default)).RefusedWith);
        Assert.Equal(blocked.BlockedAt, await admin.ApartSince("D-1029", "C-88213", default));
        Assert.Null(await admin.Unblock($"{CaseId}-1", default));
        Assert.Null(await admin.Unblock($"{CaseId}-1", default));
        Assert.Null(await admin.BlockedAt($"{CaseId}-1", default));
        Assert.Null(await admin.ApartSince("D-1029", "C-88213", default));

        Assert.Null(await admin.OutcomeOf(CaseId, Now, default));
        await _world.Sandbox.Conclude(new() { CaseId = CaseId, Kind = "warning", DecidedBy = "lead-3", ConcludedAt = Now.AddHours(-1), DriverId = "D-1029" });
        Assert.Equal(new OutcomeConcluded(OutcomeKind.Warning, "lead-3", Now.AddHours(-1)), await admin.OutcomeOf(CaseId, Now, default));
        Assert.Equal([new ConcludedBefore(OutcomeKind.Warning, Now.AddHours(-1))], await admin.RecordOf("D-1029", default));
        Assert.Empty((await admin.RecordOf("D-2", default))!);
        Assert.Null(await admin.RecordOf("D-unknown", default));

        Assert.Empty(_judge.Problems);
        Assert.Equal(Contract.Operations.Order(), _judge.Seen.Select(seen => seen.Operation).Distinct().Order());
    }

    [Theory]
    [InlineData("mutual-block", 503)]
    [InlineData("mutual-block", 422)]
    [InlineData("mutual-block", 400)]
    [InlineData("outcome", 503)]
    [InlineData("driver-record", 503)]
    [InlineData("un-block", 503)]
    [InlineData("mutual-block-get", 503)]
    [InlineData("mutual-block-look-up", 503)]
    [InlineData("mutual-block-look-up", 400)]
    public async Task A_refusal_the_sandbox_is_ordered_to_give_is_one_of_the_contract(string operation, int status)
    {
        var admin = Adapter(_world.Options.DriverAdmin.Token);
        await _world.Sandbox.Order(new() { System = SandboxSystem.DriverAdmin, Operation = operation, Kind = FaultKind.Status, Status = status });
        await Record.ExceptionAsync(() => operation switch
        {
            "mutual-block" => admin.Block($"{CaseId}-1", "D-1029", "C-88213", default),
            "outcome" => admin.OutcomeOf(CaseId, Now, default),
            "driver-record" => admin.RecordOf("D-1029", default),
            "mutual-block-look-up" => admin.ApartSince("D-1029", "C-88213", default),
            "un-block" => admin.Unblock($"{CaseId}-1", default),
            _ => admin.BlockedAt($"{CaseId}-1", default),
        });

        Assert.Equal(status, Assert.Single(_judge.Seen).Status);
        Assert.Empty(_judge.Problems);
    }

    [Fact]
    public async Task A_wrong_token_is_refused_as_the_contract_says()
    {
        var fault = await Assert.ThrowsAsync<OutsideSystemUnavailableException>(() => Adapter("another token").OutcomeOf(CaseId, Now, default));
        Assert.Equal("http_401", fault.Code);
        Assert.Empty(_judge.Problems);
    }

    [Theory]
    [InlineData("""{"state":"concluded","kind":"shrug","decidedBy":"lead-3","concludedAt":"2026-09-20T10:00:00+09:00"}""")]
    [InlineData("""{"state":"concluded","kind":"warning","decidedBy":"Hong Gildong","concludedAt":"2026-09-20T10:00:00+09:00"}""")]
    [InlineData("""{"state":"concluded","kind":"warning","concludedAt":"2026-09-20T10:00:00+09:00"}""")]
    [InlineData("""{"state":"perhaps"}""")]
    public async Task What_the_contract_does_not_allow_as_an_outcome_the_adapter_takes_for_no_answer(string body)
    {
        Assert.NotEmpty(Contract.Violations("Outcome", JsonNode.Parse(body)));
        await _world.Sandbox.Order(new() { System = SandboxSystem.DriverAdmin, Operation = "outcome", Kind = FaultKind.Garbage, Body = body });
        var fault = await Assert.ThrowsAsync<OutsideSystemUnavailableException>(() => Adapter(_world.Options.DriverAdmin.Token).OutcomeOf(CaseId, Now, default));
        Assert.Equal("bad_answer", fault.Code);
    }

    [Fact]
    public async Task Only_both_directions_together_keep_the_two_apart_whatever_made_the_block_and_whoever_lifted_it()
    {
        var admin = Adapter(_world.Options.DriverAdmin.Token);
        Assert.Null(await admin.ApartSince("D-1029", "C-88213", default));
        var blocked = await admin.Block($"{CaseId}-1", "D-1029", "C-88213", default);
        Assert.Null(await admin.ApartSince("D-1029", "C-other", default));
        Assert.Null(await admin.ApartSince("D-other", "C-88213", default));

        await _world.Sandbox.LiftBlock("D-1029", "C-88213", "driver-customer");
        Assert.Null(await admin.ApartSince("D-1029", "C-88213", default));
        await admin.Block("another-1", "D-1029", "C-88213", default);
        Assert.Equal(blocked.BlockedAt, await admin.ApartSince("D-1029", "C-88213", default));
        await admin.Unblock("another-1", default);
        Assert.NotNull(await admin.ApartSince("D-1029", "C-88213", default));
        await _world.Sandbox.LiftBlock("D-1029", "C-88213");
        Assert.Null(await admin.ApartSince("D-1029", "C-88213", default));
        Assert.Empty(_judge.Problems);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"driverId":"D-1029","customerId":"C-88213"}""")]
    [InlineData("""{"driverId":"D-1029","customerId":"C-88213","directions":["customer-driver","driver-customer"]}""")]
    [InlineData("""{"driverId":"D-1029","customerId":"C-88213","directions":["customer-driver","both"],"since":"2026-09-20T10:00:00+09:00"}""")]
    public async Task What_the_contract_does_not_allow_as_a_look_up_of_two_says_nothing_about_them(string body)
    {
        Assert.NotEmpty(Contract.Violations("PairBlock", JsonNode.Parse(body)));
        Assert.Equal("bad_answer", await CodeOfALookUpAnsweredWith(body));
    }

    [Theory]
    [InlineData("D-other", "C-88213")]
    [InlineData("D-1029", "C-other")]
    public async Task A_look_up_answered_about_others_says_nothing_about_the_two(string driver, string customer) => Assert.Equal(
        "bad_answer",
        await CodeOfALookUpAnsweredWith(
            $$"""{"driverId":"{{driver}}","customerId":"{{customer}}","directions":["customer-driver","driver-customer"],"since":"2026-09-20T10:00:00+09:00"}"""));

    [Fact]
    public async Task An_address_that_is_not_there_is_no_answer_about_the_two()
    {
        await _world.Sandbox.Order(new() { System = SandboxSystem.DriverAdmin, Operation = "mutual-block-look-up", Kind = FaultKind.Status, Status = 404 });
        var fault = await Assert.ThrowsAsync<OutsideSystemUnavailableException>(
            () => Adapter(_world.Options.DriverAdmin.Token).ApartSince("D-1029", "C-88213", default));
        Assert.Equal("http_404", fault.Code);
    }

    [Fact]
    public void The_judge_finds_what_is_wrong()
    {
        var block = JsonNode.Parse("""{"driverId":"D-1"}""");
        Assert.Contains("customerId", string.Join(' ', Contract.Judge(HttpMethod.Put, "/v1/mutual-blocks/k", block, 201, "application/json", new JsonObject()).Problems), StringComparison.Ordinal);
        Assert.NotEmpty(Contract.Judge(HttpMethod.Get, "/v1/mutual-blocks/k", null, 418, null, null).Problems);
        Assert.NotEmpty(Contract.Judge(HttpMethod.Get, "/v1/elsewhere", null, 200, null, null).Problems);
        Assert.NotEmpty(Contract.Judge(HttpMethod.Get, "/v1/outcomes/pr-1", null, 200, "text/html", null).Problems);
    }

    private async Task<string> CodeOfALookUpAnsweredWith(string body)
    {
        await _world.Sandbox.Order(new() { System = SandboxSystem.DriverAdmin, Operation = "mutual-block-look-up", Kind = FaultKind.Garbage, Body = body });
        return (await Assert.ThrowsAsync<OutsideSystemUnavailableException>(
            () => Adapter(_world.Options.DriverAdmin.Token).ApartSince("D-1029", "C-88213", default))).Code;
    }

    private Penalties.Outside.DriverAdmin Adapter(string token) =>
        new(_http, Options.Create(new DriverAdminOptions { BaseUrl = _http.BaseAddress!, Token = token }));

    private sealed class Judge(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        private readonly ConcurrentQueue<(string Operation, int Status)> _seen = [];
        private readonly ConcurrentQueue<string> _problems = [];

        public IReadOnlyCollection<(string Operation, int Status)> Seen => _seen;

        public IReadOnlyCollection<string> Problems => _problems;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var asked = request.Content is null ? null : await request.Content.ReadFromJsonAsync<JsonNode>(cancellationToken);
            var response = await base.SendAsync(request, cancellationToken);
            await response.Content.LoadIntoBufferAsync(cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            var (operation, problems) = Contract.Judge(
                request.Method,
                request.RequestUri!.AbsolutePath["/driver-admin".Length..],
                asked,
                (int)response.StatusCode,
                response.Content.Headers.ContentType?.MediaType,
                text.Length == 0 ? null : JsonNode.Parse(text));
            _seen.Enqueue((operation, (int)response.StatusCode));
            foreach (var problem in problems)
            {
                _problems.Enqueue(problem);
            }

            return response;
        }
    }
}
