using System.Globalization;
using System.Text.Json;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Model.Tests.Twins;
using Penalties;
using Penalties.Cases;
using Penalties.Content;
using Penalties.Intake;
using Penalties.Intake.Sources;
using Penalties.Outside.Crm;
using Penalties.Privacy;
using Penalties.Requests;

namespace Model.Tests.Fuzz;

/// <summary>The function that takes webhooks, with everything behind it as it is, on tables in memory and a task hub in which nothing runs.</summary>
internal sealed class WebhookDesk
{
    private static readonly ProductContent Content = new(Options.Create(new HolidayOptions()));
    private static readonly IOptions<ZendeskOptions> Zendesk = Options.Create(new ZendeskOptions
    {
        BaseUrl = new("http://town/zendesk/"),
        Email = "e",
        ApiToken = "t",
        AgentId = Complaints.OwnAgent,
    });
    private static readonly ComplaintFormRules Rules = new();
    private static readonly IOptions<CrmOptions> Crm = Options.Create(Configured());

    private readonly ReceiveCrmWebhook _function;
    private readonly TicketFetch _fetch;

    public WebhookDesk()
    {
        Clock = new(Centre.Start.ToUniversalTime());
        var tables = new AppTables(Tables, Options.Create(new StorageOptions()));
        var followUp = Options.Create(new FollowUpOptions());
        var starter = new CaseStarter(new Unknocked(new OperationTable(tables)), Logs.CreateLogger<CaseStarter>());
        var cases = new CaseStore(tables, new(tables, new(Content, Clock)), new(tables), Clock, Logs.CreateLogger<CaseStore>());
        var contacts = new ContactStore(tables, Clock);
        var refused = new RefusedDeliveries(tables, starter, Clock);
        var mapper = new ComplaintMapper(Options.Create(new PrivacyOptions { HashKey = "0123456789abcdef" }), Crm, Content, Clock);
        var intake = new CaseIntake(cases, contacts, mapper, starter, refused, new(cases, contacts, starter, followUp), new(cases, new(tables), contacts, starter), followUp);
        var reception = new Reception(Rules, intake, refused, Zendesk, Logs.CreateLogger<Reception>());
        var tickets = new ZendeskTickets(new(new OutsideWorld(Clock)), new(Zendesk), Zendesk);
        _fetch = new(tickets, reception, starter, Crm, Clock);
        _function = new(Crm, reception, _fetch, Clock, Logs.CreateLogger<ReceiveCrmWebhook>());
    }

    public FakeTimeProvider Clock { get; }

    public MemoryTables Tables { get; } = new();

    public LogLines Logs { get; } = new();

    public RecordedStarts Durable { get; } = new();

    /// <summary>How many rows all tables have.</summary>
    public int Rows => AppTables.Names.Sum(name => Tables.Rows(name).Count);

    public async Task<Answer> Receive(FuzzedWebhook webhook)
    {
        var http = new DefaultHttpContext();
        foreach (var (name, value) in webhook.Headers)
        {
            http.Request.Headers[name] = value;
        }

        http.Request.Method = HttpMethods.Post;
        http.Request.Body = new MemoryStream(webhook.Body, writable: false);
        http.Request.ContentLength = webhook.Envelope.ClaimedLength(webhook.Body);
        var result = (ObjectResult)await _function.Run(http.Request, webhook.Envelope.Source, Durable, default);
        var told = JsonSerializer.Serialize(result.Value, JsonSerializerOptions.Web) + string.Join('\n', http.Response.Headers);
        return new(result.StatusCode ?? 0, result.Value, [.. result.ContentTypes], told);
    }

    /// <summary>What the orchestration of a thin webhook does, when the ticket holds in its fields what was told.</summary>
    public async Task<ReceivedView> Fetch(TicketToFetch ticket, IEnumerable<Member> told)
    {
        var source = Crm.Value.Sources[ticket.Source];
        var fields = new Dictionary<long, string?>();
        var updatedAt = "2026-09-18T01:00:00Z";
        foreach (var member in told)
        {
            if (source.Fields.TryGetValue(member.Name, out var id))
            {
                fields[id] = member.Text;
            }
            else if (member.Name == "nested")
            {
                updatedAt = member.Value;
            }
        }

        var found = new CrmTicket(long.Parse(ticket.Ticket, CultureInfo.InvariantCulture), updatedAt, fields);
        return await _fetch.Take(Durable, ticket.Source, source, found, ticket.Delivery, default);
    }

    /// <summary>Whether one of a delivery's keys stands with the case that is said to have it.</summary>
    public async Task<bool> Knows(string caseId, Delivery delivery)
    {
        var stored = await Tables.GetTableClient(CaseStore.Table).GetEntityIfExistsAsync<CaseRow>(caseId, CaseRow.KeyOf(caseId));
        return stored.HasValue && stored.Value!.Knows(delivery.Keys);
    }

    private static CrmOptions Configured()
    {
        var options = new CrmOptions();
        foreach (var (name, source) in Envelope.Sources)
        {
            options.Sources[name] = source;
        }

        Assert.Empty(options.Problems(isDevelopment: false));
        return options;
    }
}

/// <param name="Told">Everything the sender sees, as text.</param>
internal sealed record Answer(int Status, object? Value, IReadOnlyList<string> ContentTypes, string Told);
