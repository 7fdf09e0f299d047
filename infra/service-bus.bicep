param name string
param location string
param tags { *: string }
param principalId string

var sender = '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39'
var receiver = '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0'

// The same file the local broker reads: the queues cannot differ between the two.
var queues = loadJsonContent('../functions/Penalties/servicebus.config.json', 'UserConfig.Namespaces[0].Queues')

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  // Basic has no duplicate detection.
  sku: { name: 'Standard', tier: 'Standard' }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
  }
}

resource queue 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = [
  for entry in queues: {
    parent: namespace
    name: entry.Name
    properties: {
      lockDuration: entry.Properties.LockDuration
      maxDeliveryCount: entry.Properties.MaxDeliveryCount
      defaultMessageTimeToLive: entry.Properties.DefaultMessageTimeToLive
      deadLetteringOnMessageExpiration: entry.Properties.DeadLetteringOnMessageExpiration
      // Service Bus takes these two only when the queue is created.
      requiresDuplicateDetection: entry.Properties.RequiresDuplicateDetection
      duplicateDetectionHistoryTimeWindow: entry.Properties.DuplicateDetectionHistoryTimeWindow
    }
  }
]

resource sends 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (entry, index) in queues: {
    name: guid(queue[index].id, sender)
    scope: queue[index]
    properties: {
      description: 'Azure Service Bus Data Sender'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', sender)
      principalId: principalId
      principalType: 'ServicePrincipal'
    }
  }
]

// Holds for the queue's dead letters too.
resource receives 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (entry, index) in queues: {
    name: guid(queue[index].id, receiver)
    scope: queue[index]
    properties: {
      description: 'Azure Service Bus Data Receiver'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', receiver)
      principalId: principalId
      principalType: 'ServicePrincipal'
    }
  }
]

output id string = namespace.id
