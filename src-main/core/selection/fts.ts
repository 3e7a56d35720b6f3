export { likeLiteral, reportsMatching } from '../../common/selection/fts.ts'
